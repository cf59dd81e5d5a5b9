import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/host/clock.ts'
import { createLocalHost } from '../../src/host/local.ts'

/** Far more than it takes: on a busy machine the bot's first look alone may take most of a minute. */
const patience = 150_000

interface Run {
  readonly output: string
  readonly code: number | null
  /** Files and processes that are still there. */
  readonly left: readonly string[]
}

/** Processes started from the directory of a demo, by its path in their command lines. */
async function processesOf(directory: string): Promise<readonly string[]> {
  const processes = await createLocalHost('main', { clock: systemClock }).processes()
  return processes.map(({ command }) => command).filter((command) => command.includes(directory))
}

/** The whole demo in a process of its own; `until` ends it by SIGTERM as soon as that was printed. */
async function demo(input: string, until?: string): Promise<Run> {
  const directory = await mkdtemp(join(tmpdir(), 'demo-'))
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, [resolve('src/demo/main.ts')], {
    env: { PATH, HOME, TMPDIR: directory },
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: patience - 10_000,
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (until !== undefined && output.includes(until)) child.kill('SIGTERM')
  })
  child.stdin.write(input)
  if (until === undefined) child.stdin.end()
  const code = await new Promise<number | null>((settle) => child.once('close', settle))
  const left = [...(await readdir(directory)), ...(await processesOf(directory))]
  await rm(directory, { recursive: true })
  return { output, code, left }
}

/** The lines that begin as these do are there, in this order. */
function inOrder(output: string, beginnings: readonly string[]): void {
  let from = 0
  for (const beginning of beginnings) {
    const found = output.indexOf(`\n${beginning}`, from)
    expect(found, `${beginning} after ${output.slice(0, from)}`).toBeGreaterThanOrEqual(0)
    from = found + 1
  }
}

describe.concurrent('npm run demo', { timeout: patience }, () => {
  it('shows detection, fix and message of each fault that is piped in', async () => {
    const { output, code, left } = await demo('kill\nfill\nbreak\n/incidents\nmend\nnonsense\n')
    inOrder(output, [
      ' │ 👋 Mechanic is on duty',
      'you › kill',
      ' │ 🔴 shop is down',
      ' │ ✅ shop fixed by restart',
      'you › fill',
      ' │ 🟠 uploads reports a warning',
      ' │ ✅ uploads fixed by clean-uploads',
      'you › break',
      ' │ 🔴 page is down',
      'you › /incidents',
      ' │ 1 open incident',
      'you › mend',
      ' │ ✅ page is fine again',
      'you › nonsense',
      'No word "nonsense": see help',
      'Cleaning up',
    ])
    expect(output).not.toContain('Nothing more came of that')
    expect(code).toBe(0)
    expect(left).toEqual([])
  })

  it('shows how everything is, and ends, when nobody types anything', async () => {
    const { output, code, left } = await demo('')
    inOrder(output, [' │ 👋 Mechanic is on duty', 'you › /status', ' │ 🖥 main', 'Cleaning up'])
    expect(code).toBe(0)
    expect(left).toEqual([])
  })

  it('presses buttons by their number, and cleans up when it is told to end', async () => {
    const { output, code, left } = await demo('/restart\n1\nlog\n', 'pm2 restart shop')
    inOrder(output, ['you › /restart', ' │ [1] shop', 'you › 1', ' │ ❓ Restart shop?'])
    expect(output).toContain('Cleaning up')
    expect(code).toBe(0)
    expect(left).toEqual([])
  })
})
