import { createHash } from 'node:crypto'
import type { Clock } from '../contract/clock.ts'
import type {
  AttemptView,
  CheckView,
  IncidentView,
  ServiceView,
  SilenceView,
  SubjectView,
} from '../contract/view.ts'
import type { Incident } from '../core/incident.ts'
import { phaseOf } from '../core/subject.ts'
import type { Attempt } from '../store/attempts.ts'
import type { Context } from './context.ts'
import type { Target } from './target.ts'
import { guidanceFor } from './telling.ts'

/** Rounds without a reading after which what is known is old. */
const staleRounds = 3

/** Whether a target's last reading is too old to say anything about now. */
export function isStale({ live, check }: Target, clock: Clock): boolean {
  if (live.ranMono === null) return true
  return clock.monotonic() - live.ranMono > staleRounds * check.every + check.timeout
}

function subjectViews(target: Target, open: readonly Incident[]): SubjectView[] {
  const { live } = target
  return live.readings.map((reading): SubjectView => {
    const incident = open.find(
      (one) =>
        one.check === target.check.name &&
        one.host === target.host.name &&
        one.subject === reading.subject,
    )
    const phase = phaseOf(live.states.get(`threshold:${reading.subject}`) ?? {})
    const known = target.rules.levels.some(
      ({ threshold }) => (reading.metrics[threshold.metric] ?? null) !== null,
    )
    const calm = known || target.rules.levels.length === 0 ? 'ok' : 'unknown'
    const metrics = Object.entries(reading.metrics).map(([name, value]) => [name, value ?? null])
    return {
      subject: reading.subject,
      state: incident ? 'bad' : phase === 'brewing' ? 'doubt' : calm,
      at: live.ranAt ?? 0,
      metrics: Object.fromEntries(metrics) as SubjectView['metrics'],
      ...(incident && { severity: incident.severity }),
      ...(reading.saw !== undefined && { saw: reading.saw }),
    }
  })
}

/** It has looked, and there is nothing of the kind here: no swap, no systemd. */
export const isAbsent = ({ live, service }: Target): boolean =>
  service === null && live.ranMono !== null && live.problem === null && live.readings.length === 0

/** What views of checks are made from, read once for all of them. */
export interface Snapshot {
  readonly open: readonly Incident[]
  readonly silences: readonly SilenceView[]
}

export const snapshot = (context: Context): Snapshot => ({
  open: context.store.incidents.open(),
  silences: context.store.silences.current(context.clock.now()),
})

/** A check on a host, as it stands. */
export function checkView(context: Context, target: Target, now = snapshot(context)): CheckView {
  const { check, kind, live, host } = target
  const silence = now.silences.find((one) => one.check === check.name || one.check === 'all')
  return {
    name: check.name,
    host: host.name,
    kind: kind.kind,
    stale: live.ranMono !== null && isStale(target, context.clock),
    every: check.every,
    metrics: kind.metrics,
    levels: target.rules.levels.map(({ severity, text }) => ({ severity, threshold: text })),
    subjects: subjectViews(target, now.open),
    service: target.service !== null,
    ...(live.problem !== null && { problem: live.problem }),
    ...(live.ranAt !== null && { lastRun: live.ranAt }),
    ...(live.nextAt !== null && { nextRun: live.nextAt }),
    ...(silence && { silencedUntil: silence.until }),
    ...(check.fix !== undefined && { fix: check.fix }),
  }
}

/** A name that fits into a button's data; a longer one is known by its hash there. */
export const keyOf = (name: string): string =>
  /^[\w.-]{1,40}$/.test(name)
    ? name
    : `#${createHash('sha256').update(name).digest('base64url').slice(0, 16)}`

export const serviceView = (
  context: Context,
  target: Target,
  now = snapshot(context),
): ServiceView | undefined =>
  target.service
    ? {
        name: target.service.name,
        key: keyOf(target.service.name),
        host: target.host.name,
        manager: target.service.manager.kind,
        restart: target.service.restart,
        check: checkView(context, target, now),
      }
    : undefined

/** An incident with what the config and the moment add to it. */
export function incidentView(context: Context, incident: Incident): IncidentView {
  const guidance = guidanceFor(context, incident)
  const { remedy } = incident
  const silence = context.store.silences
    .current(context.clock.now())
    .find((one) => one.check === incident.check || one.check === 'all')
  return {
    id: incident.id,
    check: incident.check,
    host: incident.host,
    subject: incident.subject,
    cause: incident.cause,
    severity: incident.severity,
    openedAt: incident.openedAt,
    metric: incident.metric,
    unit: incident.unit,
    value: incident.value,
    threshold: incident.threshold,
    saw: incident.saw,
    evidence: incident.evidence,
    reminders: incident.reminders,
    ...(incident.endedAt !== null && { endedAt: incident.endedAt }),
    ...(incident.ending !== null && { ending: incident.ending }),
    ...(incident.service !== null && { service: incident.service }),
    ...(incident.acknowledged && { acknowledged: incident.acknowledged }),
    ...(guidance.advice && { advice: guidance.advice }),
    ...(guidance.runbook !== undefined && { runbook: guidance.runbook }),
    ...(silence && { silencedUntil: silence.until }),
    ...(remedy && {
      fix: {
        name: remedy.fix,
        phase: remedy.phase,
        attempt: remedy.attempt,
        of: remedy.of,
        ...(remedy.next !== null && { next: remedy.next }),
        ...(remedy.result !== null && { result: remedy.result }),
      },
    }),
  }
}

/** A receipt: what was seen before, what was done, what was seen after. */
export const attemptView = (attempt: Attempt): AttemptView => {
  const { target: _target, token: _token, actedAt, incident, ...rest } = attempt
  return {
    ...rest,
    incident: incident ?? 0,
    ...(actedAt !== null &&
      attempt.endedAt !== undefined && { verifiedIn: attempt.endedAt - actedAt }),
  }
}
