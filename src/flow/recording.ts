import type { Clock } from '../contract/clock.ts'
import type { Reading } from '../contract/reading.ts'
import type { Store } from '../store/store.ts'

/** What came since the last write may be lost by a crash. Milliseconds. */
const writeEvery = 10_000
/** So many are written earlier, so that no write takes long. */
const mostWaiting = 2_000

export type Recording = ReturnType<typeof createRecording>

/** Keeps the numbers that probes bring: many readings, one commit. */
export function createRecording({ clock, store }: { clock: Clock; store: Store }) {
  let wroteAt = clock.monotonic()

  const write = (): void => {
    const mono = clock.monotonic()
    const passed = mono - wroteAt
    wroteAt = mono
    store.samples.write(clock.now(), passed)
  }

  return {
    take(target: string, readings: readonly Reading[]): void {
      const at = clock.now()
      for (const { subject, metrics } of readings)
        for (const [metric, value] of Object.entries(metrics))
          if (typeof value === 'number')
            store.samples.record({ target, subject, metric }, at, value)
    },
    /** To be called every second or so. Throws when the database takes nothing. */
    turn(): void {
      const full = store.samples.waiting() >= mostWaiting
      if (full || clock.monotonic() - wroteAt >= writeEvery) write()
    },
    /** What waits is stored now. */
    write,
  }
}
