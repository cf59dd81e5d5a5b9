import { median } from '../median.ts'

/** So few say nothing about what is usual. */
const fewest = 5
/** A difference below this many milliseconds does not show. */
const smallest = 1_000

/**
 * Whether something took longer than it usually does: more than the median of the times before and
 * three median absolute deviations. All in milliseconds.
 *
 * @returns the median, or null where it was not slow, or nobody knows yet what is usual
 */
export function slowerThan(took: number, before: readonly number[]): number | null {
  if (before.length < fewest) return null
  const usual = median(before)
  const deviation = median(before.map((one) => Math.abs(one - usual)))
  return took > usual + Math.max(3 * deviation, smallest) ? usual : null
}
