/** What was measured of one thing: the values of all runs, and how they are to be read. */
export interface Series {
  readonly name: string
  readonly values: readonly number[]
}

/** At least or at most a number, or so many times the first floor. */
export type Target =
  | { readonly atMost: number; readonly timesFloor?: true }
  | { readonly atLeast: number; readonly timesFloor?: true }

/** One line of the table. */
export interface Line {
  readonly what: string
  readonly unit: string
  readonly ours: readonly number[]
  /** What the figure is compared with, measured in the same run; the first is the floor. */
  readonly floors: readonly Series[]
  readonly target?: Target
}

export interface Options {
  /** Fewer and shorter runs: to see that it works, not to be believed. */
  readonly quick: boolean
}

/** One measurement, which may give several lines. */
export interface Row {
  readonly name: string
  measure(options: Options): Promise<readonly Line[]>
}

/** The value below which a part of all values lies, by the nearest rank; NaN of none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? NaN
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** What the target comes to in this run, in the line's unit; NaN where there is none. */
export function limitOf({ target, floors }: Line): number {
  if (!target) return NaN
  const times = 'atMost' in target ? target.atMost : target.atLeast
  return target.timesFloor === true ? times * median(floors[0]?.values ?? []) : times
}

/** Whether the median meets the target; null where there is none. */
export function isMet(line: Line): boolean | null {
  if (!line.target) return null
  const value = median(line.ours)
  return 'atMost' in line.target ? value <= limitOf(line) : value >= limitOf(line)
}
