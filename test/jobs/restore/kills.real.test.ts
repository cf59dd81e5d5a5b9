import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { nextRestore } from '../../../src/core/restore/course.ts'
import type { SwapEntry } from '../../../src/core/restore/swap.ts'
import restore from '../../../src/jobs/restore.ts'
import { scratch } from '../../support/tool.ts'
import { unservedContext } from './unserved.ts'

const rounds = Number(process.env['RESTORE_KILLS'] ?? 4)
const things = 60
const plan = { to: 'live', stops: false, safety: false, exclusive: false } as const

function lay(): { readonly entries: readonly SwapEntry[]; readonly file: string } {
  const top = scratch()
  const entries = Array.from({ length: things }, (_, at): SwapEntry => {
    const own = join(top, `${at}`)
    mkdirSync(join(own, 'fresh'), { recursive: true })
    mkdirSync(join(own, 'data'))
    writeFileSync(join(own, 'data', 'x'), `old ${at}`)
    writeFileSync(join(own, 'fresh', 'x'), `new ${at}`)
    const [live, fresh, aside] = ['data', 'fresh', '.aside/data'].map((name) => join(own, name))
    return { live: live ?? '', fresh: fresh ?? '', aside: aside ?? '' }
  })
  const file = join(top, 'memory.json')
  writeFileSync(
    file,
    JSON.stringify({ backup: 'app-db', services: [], ran: [], seen: [], entries }),
  )
  return { entries, file }
}

const program = fileURLToPath(new URL('processes/swap.ts', import.meta.url))

/** Begins a step in a process of its own, and kills it after so many milliseconds. */
async function killed(step: string, file: string, ms: number): Promise<boolean> {
  const child = spawn(process.execPath, ['--no-warnings', program, step, file])
  const ended = once(child, 'exit')
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    if (said === '') setTimeout(() => child.kill('SIGKILL'), ms)
    said += chunk.toString()
  })
  const [code] = (await ended) as [number | null]
  if (code !== null && code !== 0) throw new Error(`it ended with ${code} by itself`)
  return !said.includes('done')
}

const textAt = (path: string): string | null =>
  existsSync(join(path, 'x')) ? readFileSync(join(path, 'x'), 'utf8') : null

test(
  `a swap that is killed ${rounds} times at random is completed or taken back, and loses nothing`,
  async () => {
    const found: Record<string, number> = { old: 0, mixed: 0, new: 0 }
    for (let round = 0; round < rounds; round++) {
      const { entries, file } = lay()
      let memory = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
      const before = ['clear', 'inspect', 'fetch', 'prove'].map((step) => ({
        step,
        end: 'done' as const,
      }))
      const trail: { step: string; end: 'done' | 'cut-short' }[] = [...before]
      for (;;) {
        const move = nextRestore(plan, memory, trail)
        if ('end' in move || move.step === 'tidy') break
        const { step } = move
        // Often enough that both ways are gone, not so often that it is given up.
        const kills = trail.filter(({ end }) => end === 'cut-short').length
        const isKilled =
          step !== 'look-swap' && kills < 4 && (await killed(step, file, Math.random() * 200))
        if (!isKilled)
          memory = { ...memory, ...(await restore.steps[step]?.run(memory, unservedContext())) }
        if (step === 'look-swap')
          found[String(memory['found'])] = (found[String(memory['found'])] ?? 0) + 1
        trail.push({ step, end: isKilled ? 'cut-short' : 'done' })
        for (const { live, fresh, aside } of entries) {
          const there = [live, fresh ?? '', aside].map(textAt).filter((text) => text !== null)
          expect(there.map((text) => text.slice(0, 3)).toSorted()).toEqual(['new', 'old'])
        }
      }
      const wanted = trail.some(({ step }) => step === 'swap-back') ? 'old' : 'new'
      expect(entries.map(({ live }) => textAt(live)?.slice(0, 3))).toEqual(
        entries.map(() =>
          trail.at(-1)?.step === 'look-swap' && memory['found'] === 'old' ? 'old' : wanted,
        ),
      )
    }
    console.log(`found after a kill: ${JSON.stringify(found)}`)
    expect(found['mixed']).toBeGreaterThan(0)
  },
  60_000 + rounds * 20_000,
)
