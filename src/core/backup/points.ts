/** Between which times a backup can be brought back, epoch milliseconds. */
export interface Points {
  readonly from: number
  readonly to: number
}

/**
 * Why data cannot be brought back as it was at a time: it lies before anything that was kept, or has
 * not come yet. A time after `to` is no problem: nothing is known to have been written since.
 */
export function pointProblem(
  points: Points | null,
  at: number,
  now: number,
): 'none' | 'early' | 'future' | null {
  if (at > now) return 'future'
  if (points === null) return 'none'
  return at < points.from ? 'early' : null
}
