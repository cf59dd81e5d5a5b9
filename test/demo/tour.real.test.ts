import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Clock } from '../../src/contract/clock.ts'
import { runDemo } from '../../src/demo/demo.ts'
import { steps } from '../../src/demo/tour/steps.ts'
import { systemClock } from '../../src/host/clock.ts'
import { inOrder, processesOf } from './support.ts'

/** What the bot waits for passes this many times faster; PM2 and the machine keep their own pace. */
const haste = 6

function hastenedClock(): Clock {
  const start = systemClock.now()
  const from = systemClock.monotonic()
  const passed = (): number => (systemClock.monotonic() - from) * haste
  return {
    now: () => Math.floor(start + passed()),
    monotonic: passed,
    after: (ms, run) => systemClock.after(ms / haste, run),
  }
}

/** Real minutes, whatever the clock says. */
const longest = 150_000

describe('npm run demo -- --tour', () => {
  it('plays the whole story, and leaves nothing behind', { timeout: longest }, async () => {
    const directory = await mkdtemp(join(await realpath(tmpdir()), 'tour-'))
    onTestFinished(() => rm(directory, { recursive: true, force: true }))
    vi.stubEnv('TMPDIR', directory)
    let shown = ''
    const output = new Writable({
      write(chunk, _, done) {
        shown += String(chunk)
        done()
      },
    })
    const { PATH, HOME } = process.env
    const complete = await runDemo({
      clock: hastenedClock(),
      env: { PATH, HOME },
      input: new PassThrough(),
      output,
      stop: new AbortController().signal,
      interrupted: () => undefined,
      tour: { steps, orders: false, paced: false, patience: (longest - 20_000) * haste },
    })
    vi.unstubAllEnvs()
    if (!complete) throw new Error(shown)
    inOrder(shown, [
      '▸ 1/',
      ' │ 👋 Mechanic is on duty',
      'you › kill',
      ' │ 🔴 shop',
      ' │ ✅ shop',
      'you › fill',
      ' │ ✅ uploads',
      'you › break',
      ' │ 🔴 page',
      '· pressed',
      ' │ 👤',
      'you › mend',
      ' │ ✅ page',
      'you › /restart shop',
      ' │ ❓ Restart shop?',
      ' │ ✅ Restarted shop',
      'you › stranger',
      'you › telegram off',
      'you › telegram on',
      ' │ 🔴 page',
      'you › night',
      'you › morning',
      ' │ ☀️ Good morning',
      'you › /status',
      ' │ ⚠️',
      '✔ Seen: ',
      'Cleaning up',
    ])
    expect(shown).toMatch(
      /Seen: \d+ incidents · \d+ fixed without a person · \d+ messages, \d+ with/,
    )
    expect(shown).not.toContain('\u001b')
    expect([...(await readdir(directory)), ...(await processesOf(directory))]).toEqual([])
  })
})
