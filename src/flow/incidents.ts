import type { Level } from '../contract/level.ts'
import type { Evidence, Reading } from '../contract/reading.ts'
import { bySeverity } from '../contract/severity.ts'
import type { Cause, Ending } from '../contract/view.ts'
import { type Incident, incidentKey, isOpen, type Remedy } from '../core/incident.ts'
import type { Context } from './context.ts'
import type { Target } from './target.ts'
import type { Telling } from './telling.ts'

export type Incidents = ReturnType<typeof createIncidents>

const identity = (target: Target, subject: string, cause: Cause) => ({
  check: target.check.name,
  host: target.host.name,
  subject,
  cause,
})

/** What an incident shows of a reading. */
const shown = (target: Target, level: Level, reading: Reading, saw: string) => ({
  severity: level.severity,
  metric: level.threshold.metric,
  unit:
    reading.units?.[level.threshold.metric] ??
    target.kind.metrics[level.threshold.metric]?.unit ??
    ('number' as const),
  value: reading.metrics[level.threshold.metric] ?? null,
  threshold: level.text,
  saw,
})

/**
 * The life of incidents: each change is one transaction of the new state, its event, and the
 * messages it causes.
 */
export function createIncidents(context: Context, telling: Telling) {
  const { clock, store } = context

  const record = (kind: string, reason: string, incident: Incident, actor?: string): void =>
    store.events.add({
      at: clock.now(),
      kind,
      reason,
      incident: incident.id,
      target: `${incident.check}@${incident.host}`,
      actor: actor ?? null,
      detail: {
        subject: incident.subject,
        cause: incident.cause,
        severity: incident.severity,
        value: incident.value,
        threshold: incident.threshold,
      },
    })

  /** What was found out about it, or how its fix stands. */
  const update = (
    incident: Incident,
    change: { readonly evidence?: readonly Evidence[]; readonly remedy?: Remedy | null },
  ): Incident => {
    const next = telling.consider(store.incidents.save({ ...incident, ...change }))
    telling.refresh(next)
    return next
  }

  return {
    update,
    find: (target: Target, subject: string, cause: Cause): Incident | undefined =>
      store.incidents.openByKey(incidentKey(identity(target, subject, cause))),

    open(
      target: Target,
      reading: Reading,
      cause: Cause,
      level: Level,
      remedy: Remedy | null,
    ): Incident {
      const draft = {
        ...identity(target, reading.subject, cause),
        ...shown(target, level, reading, reading.saw ?? ''),
        worst: level.severity,
        openedAt: clock.now(),
        endedAt: null,
        ending: null,
        service: target.service?.name ?? null,
        evidence: reading.evidence ?? [],
        acknowledged: null,
        remedy,
        told: 'no',
        toldAt: null,
        notice: null,
        reminders: 0,
        remindedAt: null,
      } as const
      const incident = store.incidents.add(draft)
      record('incident-opened', 'level-met', incident)
      return telling.consider(incident)
    },

    /** Another level rules it now. */
    change(
      incident: Incident,
      target: Target,
      reading: Reading,
      level: Level,
      to: 'worse' | 'better',
    ): Incident {
      const next = store.incidents.save({
        ...incident,
        ...shown(target, level, reading, reading.saw ?? incident.saw),
        worst: bySeverity(level.severity, incident.worst) > 0 ? level.severity : incident.worst,
      })
      record(`incident-${to}`, to === 'worse' ? 'level-met' : 'level-ended', next)
      if (to === 'worse') return telling.consider(telling.worsened(next))
      telling.refresh(next)
      return telling.consider(next)
    },

    /** Keeps what is shown up to date; its message follows with the next change that matters. */
    observe(incident: Incident, target: Target, reading: Reading, level: Level): void {
      const now = shown(target, level, reading, reading.saw ?? incident.saw)
      const about = now.metric === incident.metric && now.threshold === incident.threshold
      if (about && now.value === incident.value && now.saw === incident.saw) return
      const next = store.incidents.save({ ...incident, ...now })
      if (!about) telling.refresh(next)
    },

    end(incident: Incident, ending: Ending, reason: string, actor?: string): Incident {
      const ended = store.incidents.save({ ...incident, endedAt: clock.now(), ending })
      record('incident-ended', reason, ended, actor)
      return telling.ended(ended)
    },

    /** What was found out about an open one; nothing happens when there is nothing, or it is over. */
    learn(id: number, evidence: readonly Evidence[]): void {
      if (evidence.length === 0) return
      store.atomically(() => {
        const incident = store.incidents.get(id)
        if (incident && isOpen(incident)) update(incident, { evidence })
      })
    },

    acknowledge(incident: Incident, by: string): void {
      const acknowledged = { by, at: clock.now() }
      const next = store.incidents.save({ ...incident, acknowledged })
      record('incident-acknowledged', 'operator', next, by)
      telling.refresh(next)
    },
  }
}
