/** Runs that were planned, and when the next one is. Epoch milliseconds. */
export interface Missed {
  /** When runs should have been, in order, of which none is known to have begun. */
  readonly planned: readonly number[]
  readonly now: number
  /** The next run; null where there is none. */
  readonly next: number | null
}

/** Later than this nobody expects it any more. */
const longest = 12 * 3_600_000

/** The newest of the runs that should have been; null when none should. */
export const newestMissed = ({ planned, now }: Pick<Missed, 'planned' | 'now'>): number | null =>
  planned.filter((at) => at <= now).at(-1) ?? null

/**
 * Whether a run that nobody was there for is still useful: 12 hours late at most, and nearer to its
 * own time than to that of the next. Once, however many were missed.
 */
export function isWorthCatchingUp(missed: Missed): boolean {
  const newest = newestMissed(missed)
  if (newest === null) return false
  const { now, next } = missed
  const late = now - newest
  return late <= longest && (next === null || late < (next - newest) / 2)
}
