import type { Threshold } from '../contract/level.ts'
import type { Unit, Value } from '../contract/metric.ts'

/** How far beyond a limit a sample lies: five percent, and at least one. */
const beyond = (value: number): number => Math.max(1, Math.abs(value) / 20)

/** Of a percentage nothing is more than 100: halfway there. */
const above = (value: number, unit: Unit | undefined): number =>
  unit === 'percent' && value < 100
    ? value + Math.min(beyond(value), (100 - value) / 2)
    : value + beyond(value)

const below = (value: number, unit: Unit | undefined): number =>
  unit !== 'number' && value > 0
    ? value - Math.min(beyond(value), value / 2)
    : value - beyond(value)

/** A value that meets a threshold, as a check could have seen it. */
export function sampleOf({ op, value }: Threshold, unit: Unit | undefined): Value {
  if (typeof value === 'boolean') return op === '!=' ? !value : value
  if (op === '>' || op === '!=') return above(value, unit)
  return op === '<' ? below(value, unit) : value
}
