/** One line of a log, read for what it says. */
export interface LogEntry {
  /** What happened: the message of a JSON line, a text line without its leading time. */
  readonly text: string
  /** Epoch milliseconds; null where the line does not say. */
  readonly at: number | null
  /** By its own level, else by its words. */
  readonly error: boolean
}

/** Lines that differ in numbers, ids, times, addresses and the like alone, as one. */
export interface LogPattern {
  /** "connect ECONNREFUSED <ip>": what all of them have in common. */
  readonly pattern: string
  readonly count: number
  /** The newest of them, whole. */
  readonly example: string
  /** Epoch milliseconds; absent where the lines do not say. */
  readonly first?: number
  readonly last?: number
}
