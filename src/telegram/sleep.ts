import type { Clock } from '../contract/clock.ts'

/** Pauses that can all be ended at once. */
export interface Sleep {
  (ms: number): Promise<void>
  /** Ends every pause; later ones end at once. */
  wake(): void
}

/** Pauses by this clock. */
export function createSleep(clock: Clock): Sleep {
  const sleepers = new Set<() => void>()
  let awake = false
  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      if (awake) return resolve()
      const end = (): void => {
        sleepers.delete(end)
        timer.cancel()
        resolve()
      }
      const timer = clock.after(ms, end)
      sleepers.add(end)
    })
  const wake = (): void => {
    awake = true
    for (const end of sleepers) end()
  }
  return Object.assign(sleep, { wake })
}

/** Resolves when `work` does, or after `ms` milliseconds. */
export async function within(clock: Clock, ms: number, work: Promise<unknown>): Promise<void> {
  const sleep = createSleep(clock)
  await Promise.race([work, sleep(ms)])
  sleep.wake()
}
