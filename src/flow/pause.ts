import type { Clock } from '../contract/clock.ts'

/** Waits, or less when the signal is aborted. Unlike the clock's timers it keeps the program alive. */
export function pauseOf(clock: Clock, signal?: AbortSignal): (ms: number) => Promise<void> {
  return (ms) =>
    new Promise((resolve) => {
      const hold = setInterval(() => undefined, 60_000)
      const timer = clock.after(ms, finish)
      signal?.addEventListener('abort', finish, { once: true })
      if (signal?.aborted) finish()
      function finish(): void {
        clearInterval(hold)
        timer.cancel()
        signal?.removeEventListener('abort', finish)
        resolve()
      }
    })
}
