/** What is seen of a replica at one moment. All times are epoch milliseconds. */
export interface ReplicaSight {
  readonly now: number
  /** Somebody is at work on it. */
  readonly running: boolean
  /** When the database was last written to; null where that cannot be seen. */
  readonly written: number | null
  /** Everything written before this is in the replica; null: nobody knows of any. */
  readonly covered: number | null
}

/**
 * Up to when a replica is known to hold everything, given up to when it was known before. An idle
 * database that is all there counts as seen now, so that its age is none of the replica's.
 */
export function heldUntil(
  before: number,
  { now, running, written, covered }: ReplicaSight,
): number {
  const isWhole = running && written !== null && covered !== null && written <= covered
  return isWhole ? now : Math.min(now, Math.max(before, covered ?? 0))
}
