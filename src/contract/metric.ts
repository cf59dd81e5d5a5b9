/** How a metric's number is to be read: `percent` 0–100, `duration` in ms, `flag` true or false. */
export type Unit = 'percent' | 'bytes' | 'duration' | 'count' | 'number' | 'flag'

export interface Metric {
  readonly unit: Unit
  /** What the number is, in a few English words: "used space". */
  readonly means: string
}

const of =
  (unit: Unit) =>
  (means: string): Metric => ({ unit, means })

export const percent = of('percent')
export const bytes = of('bytes')
export const duration = of('duration')
export const count = of('count')
export const number = of('number')
export const flag = of('flag')

/** `null`: it could not be measured this time, which is neither good nor bad. */
export type Value = number | boolean | null
