import type { Clock } from '../../../src/contract/clock.ts'
import { systemClock } from '../../../src/host/clock.ts'

/** The machine's clock, which somebody can set to another time. */
export interface SetClock extends Clock {
  /** Milliseconds before or after the right time. */
  set(offset: number): void
}

export function setClock(): SetClock {
  let offset = 0
  const { monotonic, after, now } = systemClock
  return {
    monotonic,
    after,
    now: () => now() + offset,
    set: (to) => void (offset = to),
  }
}
