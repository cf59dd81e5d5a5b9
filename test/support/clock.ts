import type { Clock } from '../../src/contract/clock.ts'

export interface FakeClock extends Clock {
  /** Moves time on, running every timer that falls due, in order. */
  advance(ms: number): void
  /** Timers that wait. */
  pending(): number
}

/** Time that stands still until it is moved. */
export function fakeClock(start = 1_800_000_000_000): FakeClock {
  let passed = 0
  let timers: { readonly due: number; readonly run: () => void }[] = []
  return {
    now: () => start + passed,
    monotonic: () => passed,
    after(ms, run) {
      const timer = { due: passed + ms, run }
      timers.push(timer)
      return {
        cancel: () => {
          timers = timers.filter((one) => one !== timer)
        },
      }
    },
    advance(ms) {
      const end = passed + ms
      for (;;) {
        const next = timers
          .filter(({ due }) => due <= end)
          .reduce<(typeof timers)[number] | null>(
            (first, timer) => (first === null || timer.due < first.due ? timer : first),
            null,
          )
        if (next === null) break
        timers = timers.filter((one) => one !== next)
        passed = Math.max(passed, next.due)
        next.run()
      }
      passed = end
    },
    pending: () => timers.length,
  }
}
