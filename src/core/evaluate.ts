import type { Level, Recover, Threshold } from '../contract/level.ts'
import type { Unit, Value } from '../contract/metric.ts'

/** What is remembered of one level between runs. */
export interface LevelState {
  /** Consecutive bad runs. */
  readonly bad: number
  /** Milliseconds between the first and the last of them; time that nobody watched is left out. */
  readonly held: number
  /** Consecutive runs good enough to end it, while it is active. */
  readonly good: number
  /** It was met and has not ended yet. */
  readonly active: boolean
}

export const calmLevel: LevelState = { bad: 0, held: 0, good: 0, active: false }

const compare: Record<Threshold['op'], (a: number | boolean, b: number | boolean) => boolean> = {
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
}

/** Whether a value meets a threshold's condition, its duration aside; null when it is not known. */
export function meets(threshold: Threshold, value: Value | undefined): boolean | null {
  return value === null || value === undefined
    ? null
    : compare[threshold.op](value, threshold.value)
}

/** The first of the levels, most severe first, whose condition is met now, its duration aside. */
export const metLevel = (
  levels: readonly Level[],
  metrics: Readonly<Record<string, Value | undefined>>,
): Level | undefined =>
  levels.find(({ threshold }) => meets(threshold, metrics[threshold.metric]) === true)

/**
 * 5 points for percentages, 10 % of the value for other numbers: the contract's default. Less where
 * that could not be reached: near the ends of a percentage, and for a few whole things.
 */
function margin({ op, value }: Threshold, unit: Unit | undefined): number {
  if (typeof value === 'boolean') return 0
  const tenth = Math.abs(value) * 0.1
  if (unit !== 'percent') return unit === 'count' ? Math.floor(tenth) : tenth
  const room = op.startsWith('<') ? 100 - value : value
  return Math.max(0, Math.min(5, room / 2))
}

/** Whether a value that does not meet the threshold is far enough from it to count as good. */
function inside(threshold: Threshold, value: Value, by: number): boolean {
  if (typeof value !== 'number' || typeof threshold.value !== 'number') return true
  if (threshold.op.startsWith('>')) return value <= threshold.value - by
  if (threshold.op.startsWith('<')) return value >= threshold.value + by
  return true
}

/** Whether one reading is good enough to end the level; null when it cannot be told. */
export function recovers(
  level: Level,
  recover: Recover,
  metrics: Readonly<Record<string, Value | undefined>>,
  unit: Unit | undefined,
): boolean | null {
  const own = level.threshold
  const value = metrics[own.metric]
  const bad = meets(own, value)
  if (bad === null || value === undefined || value === null) return null
  if ('threshold' in recover && recover.threshold.metric === own.metric)
    return !bad && meets(recover.threshold, value) === true
  const wanted = 'runs' in recover && recover.margin === 'none' ? 0 : margin(own, unit)
  return !bad && inside(own, value, wanted)
}

/** Good runs in a row that it takes to end a level. */
const runsNeeded = (level: Level, recover: Recover): number => {
  if ('runs' in recover) return recover.runs
  return recover.threshold.metric === level.threshold.metric ? 1 : 2
}

/**
 * One level after one more run.
 *
 * @param gap milliseconds since the previous run, already capped to time that was watched
 */
export function stepLevel(
  state: LevelState,
  level: Level,
  recover: Recover,
  metrics: Readonly<Record<string, Value | undefined>>,
  unit: Unit | undefined,
  gap: number,
): LevelState {
  const bad = meets(level.threshold, metrics[level.threshold.metric])
  if (bad === null) return state
  if (bad) {
    const runs = state.bad + 1
    const held = state.bad === 0 ? 0 : state.held + gap
    const met = runs >= level.failures && held >= level.threshold.for
    return { bad: runs, held, good: 0, active: state.active || met }
  }
  if (!state.active) return calmLevel
  const good = recovers(level, recover, metrics, unit) === true ? state.good + 1 : 0
  return good >= runsNeeded(level, recover) ? calmLevel : { bad: 0, held: 0, good, active: true }
}
