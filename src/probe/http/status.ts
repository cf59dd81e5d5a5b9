import { z } from 'zod'

/** Both ends belong to it. */
export type Range = readonly [number, number]

const code = z.int().min(100).max(599)
const range = z
  .string()
  .regex(/^[1-5]\d\d(?:-[1-5]\d\d)?$/, 'expected a status such as 200 or 200-299')
const one = z.union([code, range])

const parse = (written: number | string): Range => {
  const [from = 0, to = from] = String(written).split('-').map(Number)
  return [from, to]
}

/** Statuses that are good: `200`, `200-299`, or a list of both. */
export const statusParam = z
  .union([one, z.array(one).min(1)], {
    error: 'expected a status, a range such as 200-299, or a list',
  })
  .default('200-399')
  .transform((written) => [written].flat().map(parse))

export const isAccepted = (ranges: readonly Range[], status: number): boolean =>
  ranges.some(([from, to]) => status >= from && status <= to)
