import type { Clock } from '../../src/contract/clock.ts'

/** Time that moves when a test says so, and lets everything settle after each timer. */
export interface ManualClock extends Clock {
  /** Moves on, running each timer at its own time, in order. */
  advance(ms: number): Promise<void>
  /** Moves on at a stroke, as after a suspended machine; then what is due runs once. */
  leap(ms: number): Promise<void>
  /** Sets the wall clock alone, forwards or back. */
  jump(ms: number): void
  /** Forgets all timers, as the end of a process does. */
  clear(): void
}

interface Waiting {
  readonly due: number
  readonly run: () => void
}

/** Every promise that can go on has gone on. */
export const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 2; turn++) await new Promise<void>((done) => setImmediate(done))
}

/** @param settle lets everything go on that a timer has set going, before the next one runs */
export function manualClock(start: number, settle = settled): ManualClock {
  let passed = 0
  let shift = 0
  let waiting: Waiting[] = []

  const runUntil = async (end: number): Promise<void> => {
    await settle()
    for (;;) {
      const due = waiting.filter((one) => one.due <= end)
      const next = due.reduce<Waiting | null>(
        (first, one) => (first === null || one.due < first.due ? one : first),
        null,
      )
      if (next === null) break
      waiting = waiting.filter((one) => one !== next)
      passed = Math.max(passed, next.due)
      next.run()
      await settle()
    }
    passed = Math.max(passed, end)
  }

  return {
    now: () => start + shift + passed,
    monotonic: () => passed,
    after(ms, run) {
      const timer = { due: passed + Math.max(0, ms), run }
      waiting.push(timer)
      return {
        cancel: () => {
          waiting = waiting.filter((one) => one !== timer)
        },
      }
    },
    advance: (ms) => runUntil(passed + ms),
    async leap(ms) {
      await settle()
      passed += ms
      await runUntil(passed)
    },
    jump(ms) {
      shift += ms
    },
    clear() {
      waiting = []
    },
  }
}
