import type { Reading } from '../contract/reading.ts'
import { bySeverity } from '../contract/severity.ts'
import type { Cause, Ending } from '../contract/view.ts'
import { watchedGap } from '../core/schedule.ts'
import {
  type Judgement,
  judge,
  phaseOf,
  type Rules,
  stoppedRules,
  type SubjectState,
  unknownRules,
} from '../core/subject.ts'
import type { Incident, Remedy } from '../core/incident.ts'
import type { Context } from './context.ts'
import type { Incidents } from './incidents.ts'
import type { Seen } from './probing.ts'
import type { Target } from './target.ts'

/** Good runs without a subject after which its open incident is over. */
const missingRuns = 3

export interface JudgingOutside {
  readonly context: Context
  readonly incidents: Incidents
  /** How the fix of a new incident would stand: asked within its transaction. */
  readonly remedyFor: (target: Target, subject: string, cause: Cause) => Remedy | null
  /** After the transaction: gathers evidence, starts fixes. */
  readonly opened: (target: Target, reading: Reading, incident: number) => void
}

export type Judging = ReturnType<typeof createJudging>

/** From what was seen to incidents. */
export function createJudging({ context, incidents, remedyFor, opened }: JudgingOutside) {
  const { clock, store } = context

  const key = (cause: Cause, subject: string): string => `${cause}:${subject}`

  /** One subject under one set of rules, with everything that follows from it. */
  const judgeOne = (
    target: Target,
    cause: Cause,
    rules: Rules,
    reading: Reading,
    gap: number,
    after: (() => void)[],
  ): void => {
    const name = key(cause, reading.subject)
    const before = target.live.states.get(name) ?? {}
    const judgement = judge(before, rules, reading.metrics, gap)
    remember(target, name, before, judgement.state)
    act(target, cause, reading, judgement, after)
  }

  const remember = (
    target: Target,
    name: string,
    before: SubjectState,
    state: SubjectState,
  ): void => {
    const calm = Object.keys(state).length === 0
    if (calm && Object.keys(before).length === 0) return
    if (calm) target.live.states.delete(name)
    else target.live.states.set(name, state)
    store.subjects.put(target.id, name, clock.now(), state)
  }

  const act = (
    target: Target,
    cause: Cause,
    reading: Reading,
    { transition, level }: Judgement,
    after: (() => void)[],
  ): void => {
    const incident = incidents.find(target, reading.subject, cause)
    if (!incident) {
      // Also one that was forgotten while its check was not configured.
      const met = transition.to === 'opened' || transition.reason === 'still-open'
      if (!met || !level) return
      const remedy = remedyFor(target, reading.subject, cause)
      const { id } = incidents.open(target, reading, cause, level, remedy)
      after.push(() => opened(target, reading, id))
    } else if (transition.to === 'ended') {
      incidents.end(incident, 'recovered', transition.reason)
    } else if (transition.reason === 'calm') {
      incidents.end(incident, 'recovered', 'level-changed')
    } else if (level && level.severity !== incident.severity) {
      const to = bySeverity(level.severity, incident.severity) > 0 ? 'worse' : 'better'
      incidents.change(incident, target, reading, level, to)
    } else if (level) incidents.observe(incident, target, reading, level)
  }

  /** A service that somebody stopped is not down, whatever was wrong with it before. */
  const stoppedNow = (target: Target, reading: Reading): void => {
    settle(target, 'threshold', reading.subject, 'stopped')
  }

  const settle = (target: Target, cause: Cause, subject: string, ending: Ending): void => {
    const name = key(cause, subject)
    remember(target, name, target.live.states.get(name) ?? {}, {})
    const incident = incidents.find(target, subject, cause)
    if (incident) incidents.end(incident, ending, ending)
  }

  const takeReading = (
    target: Target,
    reading: Reading,
    gap: number,
    after: (() => void)[],
  ): void => {
    if (context.work.mutes(target, reading.subject)) return
    if ('stopped' in reading.metrics) {
      judgeOne(target, 'stopped', stoppedRules, reading, gap, after)
      if (reading.metrics['stopped'] === true) return stoppedNow(target, reading)
    }
    const { rules } = target
    const units = reading.units ? { ...rules.units, ...reading.units } : rules.units
    judgeOne(target, 'threshold', { ...rules, units }, reading, gap, after)
  }

  /** Subjects that are no longer reported: unmounted, deleted. */
  const dropMissing = (target: Target, readings: readonly Reading[]): void => {
    const seen = new Set(readings.map((reading) => reading.subject))
    for (const name of target.live.states.keys().toArray()) {
      const split = name.indexOf(':')
      const cause = name.slice(0, split) as Cause
      const subject = name.slice(split + 1)
      if (cause === 'unknown' || seen.has(subject)) {
        target.live.missing.delete(name)
        continue
      }
      const runs = (target.live.missing.get(name) ?? 0) + 1
      target.live.missing.set(name, runs)
      if (runs >= missingRuns) {
        target.live.missing.delete(name)
        settle(target, cause, subject, 'gone')
      }
    }
  }

  return {
    /** Judges a run's result. @returns true while the target is in doubt and wants a closer look */
    take(target: Target, seen: Seen): boolean {
      const now = clock.now()
      const mono = clock.monotonic()
      const { live, check } = target
      const elapsed =
        live.ranMono === null ? (live.ranAt === null ? 0 : now - live.ranAt) : mono - live.ranMono
      const gap = watchedGap(elapsed, check.every, check.timeout)
      const after: (() => void)[] = []
      const before = new Map(live.states)
      const judged = (): void => {
        const unknown = 'problem' in seen
        const saw = unknown ? seen.problem : ''
        const about: Reading = { subject: '', metrics: { unknown }, saw }
        judgeOne(target, 'unknown', unknownRules, about, gap, after)
        if (unknown) return
        for (const reading of seen.readings) takeReading(target, reading, gap, after)
        dropMissing(target, seen.readings)
      }
      try {
        store.atomically(judged)
      } catch (error) {
        // What was not stored did not happen: the next run opens it again.
        live.states.clear()
        for (const [name, state] of before) live.states.set(name, state)
        throw error
      }
      live.ranAt = now
      live.ranMono = mono
      live.problem = 'problem' in seen ? seen.problem : null
      if ('readings' in seen) live.readings = seen.readings
      for (const run of after) run()
      return live.states.values().some((state) => phaseOf(state) !== 'open')
    },
    settle,
    /** Ends incidents whose check is not configured any more. */
    retire(orphans: readonly Incident[]): void {
      store.atomically(() => {
        for (const incident of orphans) incidents.end(incident, 'removed', 'not-configured')
      })
    },
    /** Takes up where the last run of the program left off. */
    recall(target: Target): void {
      for (const { subject, at, state } of store.subjects.of(target.id)) {
        target.live.states.set(subject, state)
        target.live.ranAt = Math.max(target.live.ranAt ?? 0, at)
      }
    },
  }
}
