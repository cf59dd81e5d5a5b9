import type { Clock } from '../contract/clock.ts'

/** The longest delay a timer of Node can hold; above it, it would fire at once (docs: setTimeout). */
const longest = 2 ** 31 - 1

/** The machine's own time. Its timers never keep the process alive. */
export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms: number, run: () => void) => {
    const due = performance.now() + ms
    const wait = (left: number): NodeJS.Timeout =>
      setTimeout(
        () => {
          const rest = due - performance.now()
          if (left > longest && rest > 0) timer = wait(rest)
          else run()
        },
        Math.min(Math.max(left, 0), longest),
      ).unref()
    let timer = wait(ms)
    return { cancel: () => clearTimeout(timer) }
  },
})
