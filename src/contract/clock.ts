/** A timer that can be called off. Cancelling twice, or after it ran, does nothing. */
export interface Timer {
  cancel(): void
}

/**
 * Time as the rest of the program sees it. Tests pass their own, so that none of them sleeps.
 */
export interface Clock {
  /** Wall-clock time in epoch milliseconds. May jump either way. */
  now(): number
  /** Milliseconds from a fixed start that never jump; stands still while the machine is suspended. */
  monotonic(): number
  /** Runs `run` once after `ms` milliseconds. Never keeps the process alive by itself. */
  after(ms: number, run: () => void): Timer
}
