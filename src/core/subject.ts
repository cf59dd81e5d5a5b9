import type { Level, Recover } from '../contract/level.ts'
import type { Unit, Value } from '../contract/metric.ts'
import type { Severity } from '../contract/severity.ts'
import { calmLevel, type LevelState, stepLevel } from './evaluate.ts'
import { doubtPause } from './schedule.ts'

/** What judging needs to know of a check. */
export interface Rules {
  /** Most severe first. */
  readonly levels: readonly Level[]
  readonly recover: Recover
  readonly units: Readonly<Record<string, Unit>>
}

/** What is remembered of one subject of one check on one host, by the text of each level. */
export type SubjectState = Readonly<Record<string, LevelState>>

export type Phase = 'calm' | 'brewing' | 'open' | 'clearing'

/** What changed by a run, with the reason that is stored beside it. */
export type Transition =
  | {
      readonly to: 'same'
      readonly reason: 'calm' | 'unknown' | 'still-open' | 'in-doubt' | 'clearing'
    }
  | { readonly to: 'opened'; readonly level: Level; readonly reason: 'level-met' }
  | {
      readonly to: 'worse' | 'better'
      readonly level: Level
      readonly reason: 'level-met' | 'level-ended'
    }
  | { readonly to: 'ended'; readonly reason: 'recovered' }

export interface Judgement {
  readonly state: SubjectState
  readonly phase: Phase
  readonly transition: Transition
  /** What is wrong right now: the worst level that is met and still bad, or the worst one met. */
  readonly level: Level | undefined
}

/** A level's identity across reloads of the config: a changed level starts afresh. */
export const levelKey = (level: Level): string => `${level.severity}: ${level.text}`

const worstActive = (rules: Rules, state: SubjectState): Level | undefined =>
  rules.levels.find((level) => state[levelKey(level)]?.active)

/** Where a subject stands. */
export function phaseOf(state: SubjectState): Phase {
  const levels = Object.values(state)
  const active = levels.filter((level) => level.active)
  if (active.length === 0) return levels.some((level) => level.bad > 0) ? 'brewing' : 'calm'
  return active.every((level) => level.bad === 0) ? 'clearing' : 'open'
}

/**
 * Judges one reading of one subject.
 *
 * @param gap milliseconds since the previous run that count as watched
 */
export function judge(
  before: SubjectState,
  rules: Rules,
  metrics: Readonly<Record<string, Value | undefined>>,
  gap: number,
): Judgement {
  const entries = rules.levels.map((level): [string, LevelState] => {
    const { metric } = level.threshold
    const old = before[levelKey(level)] ?? calmLevel
    return [
      levelKey(level),
      stepLevel(old, level, rules.recover, metrics, rules.units[metric], gap),
    ]
  })
  const state: SubjectState = Object.fromEntries(entries.filter(([, level]) => level !== calmLevel))
  const { levels } = rules
  const known =
    levels.length === 0 ||
    levels.some(({ threshold }) => (metrics[threshold.metric] ?? null) !== null)
  const phase = phaseOf(state)
  const worst = worstActive(rules, state)
  const bad = rules.levels.find((level) => {
    const of = state[levelKey(level)]
    return of?.active && of.bad > 0 && level.severity === worst?.severity
  })
  const moved = transition(rules, before, state, phase, known)
  return { state, phase, transition: moved, level: bad ?? worst }
}

function transition(
  rules: Rules,
  before: SubjectState,
  after: SubjectState,
  phase: Phase,
  known: boolean,
): Transition {
  const was = worstActive(rules, before)
  const is = worstActive(rules, after)
  if (is && !was) return { to: 'opened', level: is, reason: 'level-met' }
  if (!is && was) return { to: 'ended', reason: 'recovered' }
  if (is && was && is.severity !== was.severity)
    return rules.levels.indexOf(is) < rules.levels.indexOf(was)
      ? { to: 'worse', level: is, reason: 'level-met' }
      : { to: 'better', level: is, reason: 'level-ended' }
  if (!known) return { to: 'same', reason: 'unknown' }
  const reasons = {
    calm: 'calm',
    brewing: 'in-doubt',
    open: 'still-open',
    clearing: 'clearing',
  } as const
  return { to: 'same', reason: reasons[phase] }
}

/** How urgent each state of a check is to look at again: sooner while anything is in doubt. */
export const intervalOf = (every: number, inDoubt: boolean): number =>
  inDoubt ? doubtPause(every) : every

const severityRank: Record<Severity, number> = { critical: 0, warning: 1, info: 2 }

/** Levels in the order that {@link Rules} wants. */
export const mostSevereFirst = (levels: readonly Level[]): readonly Level[] =>
  levels.toSorted((a, b) => severityRank[a.severity] - severityRank[b.severity])

/** "Cannot check": unknown for 3 runs and 5 minutes, over with the first run that sees something. */
export const unknownRules: Rules = {
  levels: [
    {
      severity: 'warning',
      threshold: { metric: 'unknown', op: '==', value: true, for: 300_000 },
      failures: 3,
      text: 'unknown for 5m',
    },
  ],
  recover: { runs: 1, margin: 'none' },
  units: { unknown: 'flag' },
}

/** A service that a person stopped: noted once, never undone. */
export const stoppedRules: Rules = {
  levels: [
    {
      severity: 'info',
      threshold: { metric: 'stopped', op: '==', value: true, for: 0 },
      failures: 1,
      text: 'stopped',
    },
  ],
  recover: { runs: 1, margin: 'none' },
  units: { stopped: 'flag' },
}
