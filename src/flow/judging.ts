import type { Reading } from '../contract/reading.ts'
import { bySeverity } from '../contract/severity.ts'
import type { Cause, Ending } from '../contract/view.ts'
import type { Incident, Remedy } from '../core/incident.ts'
import { watchedGap } from '../core/schedule.ts'
import {
  type Judgement,
  judge,
  phaseOf,
  type Rules,
  stoppedRules,
  unknownRules,
} from '../core/subject.ts'
import type { Context } from './context.ts'
import type { Incidents } from './incidents.ts'
import { createMemory, memoryKey } from './memory.ts'
import type { Seen } from './probing.ts'
import type { Recording } from './recording.ts'
import type { Target } from './target.ts'

export interface JudgingOutside {
  readonly context: Context
  readonly incidents: Incidents
  readonly recording: Recording
  /** How the fix of a new incident would stand: asked within its transaction. */
  readonly remedyFor: (target: Target, subject: string, cause: Cause) => Remedy | null
  /** After the transaction: gathers evidence, starts fixes. */
  readonly opened: (target: Target, reading: Reading, incident: number) => void
}

export type Judging = ReturnType<typeof createJudging>

/** One run of a target, on its way through the judging. */
interface Run {
  readonly target: Target
  /** Milliseconds since the run before that count as watched. */
  readonly gap: number
  /** What follows once everything is stored. */
  readonly after: (() => void)[]
}

/** How long ago the run before was: by the clock that does not jump, where it goes back that far. */
function elapsed({ live }: Target, now: number, mono: number): number {
  if (live.ranMono !== null) return mono - live.ranMono
  return live.ranAt === null ? 0 : now - live.ranAt
}

/** From what was seen to incidents. */
export function createJudging(outside: JudgingOutside) {
  const { context, incidents, recording, remedyFor, opened } = outside
  const { clock, store } = context
  const memory = createMemory(context)

  const open = (run: Run, cause: Cause, reading: Reading, { level }: Judgement): void => {
    if (!level) return
    const remedy = remedyFor(run.target, reading.subject, cause)
    const { id } = incidents.open(run.target, reading, cause, level, remedy)
    run.after.push(() => opened(run.target, reading, id))
  }

  const act = (run: Run, cause: Cause, reading: Reading, judgement: Judgement): void => {
    const { transition, level } = judgement
    const incident = incidents.find(run.target, reading.subject, cause)
    if (!incident) {
      // Also one that was forgotten while its check was not configured.
      if (transition.to === 'opened' || transition.reason === 'still-open')
        open(run, cause, reading, judgement)
    } else if (transition.to === 'ended') {
      incidents.end(incident, 'recovered', transition.reason)
    } else if (transition.reason === 'calm') {
      incidents.end(incident, 'recovered', 'level-changed')
    } else if (level && level.severity !== incident.severity) {
      const to = bySeverity(level.severity, incident.severity) > 0 ? 'worse' : 'better'
      incidents.change(incident, run.target, reading, level, to)
    } else if (level) incidents.observe(incident, run.target, reading, level)
  }

  /** One subject under one set of rules, with everything that follows from it. */
  const judgeOne = (run: Run, cause: Cause, rules: Rules, reading: Reading): void => {
    const name = memoryKey(cause, reading.subject)
    const judgement = judge(memory.of(run.target, name), rules, reading.metrics, run.gap)
    memory.keep(run.target, name, judgement.state)
    act(run, cause, reading, judgement)
  }

  /** Ends what is wrong with a subject, for a reason of its own, and forgets what was judged. */
  const settle = (target: Target, cause: Cause, subject: string, ending: Ending): void => {
    memory.keep(target, memoryKey(cause, subject), {})
    const incident = incidents.find(target, subject, cause)
    if (incident) incidents.end(incident, ending, ending)
  }

  /** What nobody saw end counts as stopped, unless its death was seen before the bot was away. */
  const asKnown = (target: Target, reading: Reading): Reading => {
    if (reading.witnessed !== false) return reading
    const known = incidents.find(target, reading.subject, 'threshold')
    if (!known || !['down', 'looping'].includes(known.metric)) return reading
    const stopped = 'stopped' in reading.metrics && { stopped: false }
    return { ...reading, metrics: { ...reading.metrics, down: true, ...stopped }, saw: known.saw }
  }

  const takeReading = (run: Run, seen: Reading): void => {
    const { target } = run
    if (context.work.mutes(target, seen.subject)) return
    const reading = asKnown(target, seen)
    if ('stopped' in reading.metrics) {
      judgeOne(run, 'stopped', stoppedRules, reading)
      // What somebody stopped is not down, whatever was wrong with it before.
      if (reading.metrics['stopped'] === true)
        return settle(target, 'threshold', reading.subject, 'stopped')
    }
    const { rules } = target
    const units = reading.units ? { ...rules.units, ...reading.units } : rules.units
    judgeOne(run, 'threshold', { ...rules, units }, reading)
  }

  const takeAll = (run: Run, seen: Seen): void => {
    const unknown = 'problem' in seen
    const saw = unknown ? seen.problem : ''
    judgeOne(run, 'unknown', unknownRules, { subject: '', metrics: { unknown }, saw })
    if (unknown) return
    for (const reading of seen.readings) takeReading(run, reading)
    const subjects = new Set(seen.readings.map((reading) => reading.subject))
    for (const [cause, subject] of memory.gone(run.target, subjects))
      settle(run.target, cause, subject, 'gone')
  }

  return {
    /** Judges a run's result. @returns true while the target is in doubt and wants a closer look */
    take(target: Target, seen: Seen): boolean {
      const now = clock.now()
      const mono = clock.monotonic()
      const { live, check } = target
      const gap = watchedGap(elapsed(target, now, mono), check.every, check.timeout)
      const run: Run = { target, gap, after: [] }
      // Known even where it cannot be stored: the alarm from memory is made of it.
      live.problem = 'problem' in seen ? seen.problem : null
      if ('readings' in seen) live.readings = seen.readings
      memory.together(target, () => takeAll(run, seen))
      live.ranAt = now
      live.ranMono = mono
      if ('readings' in seen) recording.take(target.id, seen.readings)
      for (const follow of run.after) follow()
      return live.states.values().some((state) => phaseOf(state) !== 'open')
    },
    settle,
    /** Ends everything about every subject of a target. */
    settleAll(target: Target, ending: Ending): void {
      for (const { subject } of target.live.readings) {
        settle(target, 'threshold', subject, ending)
        settle(target, 'stopped', subject, ending)
      }
    },
    /** Ends incidents whose check is not configured any more. */
    retire(orphans: readonly Incident[]): void {
      store.atomically(() => {
        for (const incident of orphans) incidents.end(incident, 'removed', 'not-configured')
      })
    },
    recall: memory.recall,
  }
}
