import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { tempHome } from '../support/home.ts'

const sentinel = pathToFileURL(join(import.meta.dirname, '../../src/host/sentinel.ts')).href
const clock = pathToFileURL(join(import.meta.dirname, '../../src/host/clock.ts')).href

/** A program of its own that starts a sentinel of one-second windows, then goes on as told. */
function program(then: string, busy = false, first = '') {
  const text = `
    import { startSentinel } from '${sentinel}'
    import { systemClock } from '${clock}'
    const log = { trace() {}, debug() {}, info() {}, warn: () => process.exit(), error() {} }
    const guard = startSentinel({ clock: systemClock, log, busy: () => ${busy}, seconds: 1 })
    ${then}
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', text], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PATH: `${first}:${process.env['PATH'] ?? ''}` },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** Ids of the processes that a process has started. */
const childrenOf = (pid: number): readonly string[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)

/** Waits for what nobody does: the loop stands still, and no core is busy with it. */
const blocked = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'

test('ends a program whose event loop is blocked', async () => {
  const child = program(blocked)
  const [code, signal] = await once(child, 'exit')
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' })
})

test('ends with its program, and keeps it from nothing', async () => {
  const child = program('guard.stop(); console.log("done")')
  const [code, signal] = await once(child, 'exit')
  expect({ code, signal }).toEqual({ code: 0, signal: null })
})

test('is gone when its program was killed', async () => {
  const child = program('process.stdout.write("up"); setInterval(() => {}, 1000)')
  await once(child.stdout, 'data')
  const [guard] = childrenOf(child.pid ?? 0)
  expect(guard).toBeDefined()
  child.kill('SIGKILL')
  await once(child, 'exit')
  await expect
    .poll(
      () => {
        try {
          return readFileSync(`/proc/${guard}/stat`, 'utf8').split(' ')[2] === 'Z'
        } catch {
          return true
        }
      },
      { timeout: 30_000 },
    )
    .toBe(true)
})

/**
 * The sentinel's own decisions: its `timeout` lets the first sign of life through, then says so many
 * times that a window has passed without one, then that the program is gone.
 */
async function afterSilence(windows: number, busy: boolean): Promise<string> {
  const home = tempHome()
  const text = `#!/bin/sh
echo x >> ${home}/calls
n=$(wc -l < ${home}/calls)
[ "$n" -eq 1 ] && exec head -c 1
[ "$n" -le ${windows + 1} ] && exit 124
exit 0
`
  writeFileSync(join(home, 'timeout'), text, { mode: 0o755 })
  const child = program('setInterval(() => {}, 1000)', busy, home)
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
  return signal ?? 'left alone'
}

test.each([
  { windows: 1, busy: false, is: 'left alone' },
  { windows: 2, busy: false, is: 'SIGKILL' },
  { windows: 59, busy: true, is: 'left alone' },
  { windows: 60, busy: true, is: 'SIGKILL' },
])('after $windows silent windows, at work: $busy, it is $is', async ({ windows, busy, is }) => {
  expect(await afterSilence(windows, busy)).toBe(is)
})
