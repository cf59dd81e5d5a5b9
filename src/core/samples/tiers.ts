const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** One resolution in which samples are kept. All times in milliseconds. */
export interface Tier {
  /** What one entry stands for; 1 keeps each sample as it came. */
  readonly step: number
  /** Older than this it moves on to the next tier; out of the last one it is forgotten. */
  readonly keep: number
  /** The longest that one chunk reaches. What is old waits this long, so that it moves in one go. */
  readonly span: number
}

/** Finest first. A sample is in exactly one of them at any time. */
export const tiers: readonly [raw: Tier, minutes: Tier, hours: Tier] = [
  { step: 1, keep: 48 * hour, span: 2 * hour },
  // A chart of 30 days shows minutes to its left end.
  { step: minute, keep: 35 * day, span: 5 * day },
  // As long as incidents are kept: a year's report and the quarter before it.
  { step: hour, keep: 400 * day, span: 100 * day },
]

/** Entries of a chunk: at most 16 bytes each, it stays below the 1002 that SQLite keeps in a page. */
export const chunkEntries = 60

/** Numbers beyond it do not fit a roll-up: the largest of 32 bits (IEEE 754). */
export const largest = 3.4e38
