const hour = 3_600_000
const day = 24 * hour

/** The time by which history ages; all in milliseconds. */
export interface HistoryTime {
  readonly at: number
  /** For how long the machine's clock has been far ahead of it. */
  readonly ahead: number
}

/**
 * Moves on by what has really passed. A clock that goes back is believed at once, because nothing is
 * forgotten by it. One that leaps ahead has to stay there for a day: until then it ages nothing.
 *
 * @param now the machine's clock, epoch milliseconds
 * @param passed since the call before, by a clock that does not jump
 */
export function ageBy({ at, ahead }: HistoryTime, now: number, passed: number): HistoryTime {
  if (now - (at + passed) <= hour) return { at: now, ahead: 0 }
  if (ahead + passed >= day) return { at: now, ahead: 0 }
  return { at: at + passed, ahead: ahead + passed }
}
