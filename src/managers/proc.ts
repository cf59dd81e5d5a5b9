import { readFile } from 'node:fs/promises'
import type { Clock } from '../contract/clock.ts'

/** State letter of a process, as proc_pid_stat(5) has it; null where it cannot be read. */
export async function processState(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
    // The name stands in parentheses and may contain any of them.
    return stat.charAt(stat.lastIndexOf(')') + 2) || null
  } catch {
    return null
  }
}

const isDead = async (pid: number): Promise<boolean> =>
  ['Z', 'X'].includes((await processState(pid)) ?? '')

/** Milliseconds that the threads of a killed process may take to end and its parent to reap it. */
const reapedAfter = 1000
const between = 50

/** Waits; keeps the program alive meanwhile. */
export const pause = (ms: number, clock: Clock): Promise<void> =>
  new Promise((resolve) => {
    // The clock's timers do not keep the program alive, but whoever waits for an answer does.
    const hold = setInterval(() => {}, 60_000)
    clock.after(ms, () => {
      clearInterval(hold)
      resolve()
    })
  })

/**
 * A process that died is a zombie for a moment: `ended` when that is over within a second. A `zombie`
 * stays one: its parent does not reap it, and it serves nobody although its pid exists. Everything
 * else is `well`.
 */
export async function vitalSign(
  pid: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<'well' | 'ended' | 'zombie'> {
  if (!(await isDead(pid))) return 'well'
  for (let waited = 0; waited < reapedAfter && !signal.aborted; waited += between) {
    await pause(between, clock)
    if (!(await isDead(pid))) return 'ended'
  }
  return 'zombie'
}
