import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import type { Clock } from '../../src/contract/clock.ts'
import { processState, vitalSign } from '../../src/managers/proc.ts'
import { fakeClock } from '../support/clock.ts'

/** Time that passes as soon as somebody waits. */
const eager: Clock = {
  ...fakeClock(),
  after: (_, run) => {
    const timer = setImmediate(run)
    return { cancel: () => clearImmediate(timer) }
  },
}
const never = new AbortController().signal

it('a process that runs is well, and so is what cannot be seen', async () => {
  expect(await vitalSign(process.pid, eager, never)).toBe('well')
  expect(await vitalSign(2 ** 22 + 1, eager, never)).toBe('well')
  expect(await processState(2 ** 22 + 1)).toBeNull()
})

it.runIf(process.platform === 'linux')('a process that nobody reaps is a zombie', async () => {
  // The shell becomes `sleep`, which knows nothing of the child it has.
  const parent = spawn('/bin/sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  try {
    const [printed] = (await once(parent.stdout, 'data')) as [Buffer]
    const pid = Number(String(printed))
    await expect.poll(() => processState(pid)).toBe('Z')
    expect(await vitalSign(pid, eager, never)).toBe('zombie')
  } finally {
    parent.kill('SIGKILL')
  }
})
