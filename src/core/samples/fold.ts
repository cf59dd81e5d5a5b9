import type { SeriesPoint } from '../../contract/view.ts'

/** What is known of the samples of one stretch of time. */
export type Aggregate = SeriesPoint

/** Takes one aggregate, without an object for each. */
export type Take = (at: number, min: number, max: number, mean: number, count: number) => void

export interface Fold {
  readonly add: Take
  /** What was added, one for each stretch that has any, oldest first. */
  all(): Aggregate[]
}

interface Sum {
  min: number
  max: number
  sum: number
  count: number
}

const within = (value: number, { min, max }: Sum): number => Math.min(max, Math.max(min, value))

/**
 * Brings samples and aggregates together by stretches of `width` milliseconds. Their order does not
 * matter.
 *
 * @param origin where one of the stretches begins, epoch milliseconds
 */
export function createFold(width: number, origin = 0): Fold {
  const sums = new Map<number, Sum>()
  let last = NaN
  let current: Sum = { min: 0, max: 0, sum: 0, count: 0 }
  return {
    add(at, min, max, mean, count) {
      const index = Math.floor((at - origin) / width)
      if (index !== last) {
        last = index
        current = sums.get(index) ?? { min, max, sum: 0, count: 0 }
        sums.set(index, current)
      }
      if (min < current.min) current.min = min
      if (max > current.max) current.max = max
      current.sum += mean * count
      current.count += count
    },
    all: () =>
      [...sums.entries()]
        .toSorted(([a], [b]) => a - b)
        .map(([index, sum]) => ({
          at: Math.floor(origin + index * width),
          min: sum.min,
          max: sum.max,
          // The rounding of a sum can carry its mean a little too far.
          mean: within(sum.sum / sum.count, sum),
          count: sum.count,
        })),
  }
}
