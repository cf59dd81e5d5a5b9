import type { NotifyWhen } from '../contract/level.ts'
import type { Message, Text } from '../contract/message.ts'
import { type Incident, isOpen } from '../core/incident.ts'
import { quietWindow } from '../core/quiet.ts'
import { type Guidance, recoveryReply, reminder, worsenedReply } from '../core/say/incident.ts'
import { composeNotice, type Occasion } from '../core/say/notice.ts'
import { type Circumstances, decideReminder, decideTelling, mayJoin } from '../core/tell.ts'
import type { Context } from './context.ts'
import { targetId } from './target.ts'

export type Telling = ReturnType<typeof createTelling>

/** Evidence is usually there within this many milliseconds, and then comes with the first message. */
const evidenceWait = 100
/** Incidents of one message are reminded of together. */
const sameReminder = 60_000

const targetOf = (context: Context, incident: Incident) =>
  context.targets().get(targetId(incident.check, incident.host))

/** What the config has to say to whoever reads about an incident. */
export function guidanceFor(context: Context, incident: Incident): Guidance {
  const target = targetOf(context, incident)
  if (!target) return { fixable: false }
  const { check, kind, service } = target
  const { subject, host } = incident
  const advice: Text =
    check.advice === undefined
      ? {
          id: `check-${kind.kind}-advice`,
          pattern: kind.advice,
          args: { subject, host, check: check.name },
        }
      : { id: 'verbatim', args: { text: check.advice } }
  const restartsItself = service !== null && check.fix === `restart:${service.name}`
  return {
    ...(incident.cause === 'threshold' && { advice }),
    ...(check.runbook !== undefined && { runbook: check.runbook }),
    fixable: check.fix !== undefined && !restartsItself,
  }
}

/** Quiet hours last until their brief is written: what they hold is told there, and only there. */
export function isQuiet({ clock, config, store }: Context): boolean {
  const { notify, timezone } = config()
  const window = quietWindow(clock.now(), notify.quietHours, timezone)
  return window !== null || store.meta.number('quiet-since') !== null
}

/** What is known beside an incident when its telling is decided. */
export function circumstances(context: Context, incident: Incident): Circumstances {
  const now = context.clock.now()
  const rule: NotifyWhen =
    targetOf(context, incident)?.check.notify[incident.severity] ?? 'if-unfixed'
  const { store } = context
  const silences = store.silences.current(now)
  const sentAt = incident.notice === null ? null : store.notices.get(incident.notice)?.sentAt
  return {
    now,
    ...(typeof sentAt === 'number' && { deliveredAt: sentAt }),
    notify: rule,
    silenced: silences.some(({ check }) => check === 'all' || check === incident.check),
    quiet: isQuiet(context),
    firstRun: context.firstRun(),
  }
}

/** Puts incidents into messages. Everything here belongs into the transaction of the change it tells. */
export function createTelling(context: Context) {
  const { clock, store } = context
  const guidanceOf = (incident: Incident): Guidance => guidanceFor(context, incident)

  const compose = (notice: number): Message | null => {
    const of = store.notices.get(notice)
    const incidents = store.incidents.ofNotice(notice)
    return of && incidents.length > 0
      ? composeNotice({ kind: of.kind, ...of.detail } as Occasion, incidents, guidanceOf)
      : null
  }

  /** Says the message of an incident anew, as things stand. */
  const refresh = (incident: Incident, sound?: boolean): void => {
    if (incident.notice === null) return
    const message = compose(incident.notice)
    if (message) store.outbox.revise(incident.notice, message, clock.now(), sound)
  }

  const answer = (incident: Incident, message: Message, sound: boolean, urgent = sound): void => {
    if (incident.notice === null) return
    const { chat } = store.notices.get(incident.notice) ?? { chat: context.chat() }
    const at = clock.now()
    store.outbox.post({ kind: 'reply', chat, message, sound, urgent, at, replyTo: incident.notice })
  }

  const told = (incident: Incident, how: Incident['told'], reason: string): void =>
    store.events.add({
      at: clock.now(),
      kind: `telling-${how}`,
      reason,
      incident: incident.id,
      target: targetId(incident.check, incident.host),
    })

  const delivered = ({ notice }: Incident): boolean =>
    notice !== null && (store.notices.get(notice)?.message ?? null) !== null

  /** Whether the last sound about it has arrived, and had its time: they do not pile up. */
  const heard = (incident: Incident, around: Circumstances): boolean => {
    const last = incident.notice === null ? undefined : store.notices.latestReply(incident.notice)
    if (!last || last.state === 'waiting') return last === undefined
    const own = Math.abs(last.at - (incident.remindedAt ?? 0)) < sameReminder
    if (!own || last.sentAt === null) return true
    return decideReminder(incident, { ...around, deliveredAt: last.sentAt })
  }

  /** Its message was never delivered, and does not matter any more. */
  const untell = (incident: Incident): Incident => {
    told(incident, 'no', 'over-before-told')
    return store.incidents.save({ ...incident, told: 'no', notice: null })
  }

  const tellNow = (incident: Incident, sound: boolean): Incident => {
    const at = clock.now()
    const last = store.notices.latest('incident')
    const joins = last !== undefined && mayJoin(last, sound, at)
    if (joins) {
      const joined = store.incidents.save({ ...incident, told: 'yes', toldAt: at, notice: last.id })
      refresh(joined)
      return joined
    }
    const message = composeNotice({ kind: 'incident' }, [incident], guidanceOf)
    const gathers = targetOf(context, incident)?.kind.evidence !== undefined
    const notBefore = gathers && incident.evidence.length === 0 ? at + evidenceWait : 0
    const draft = { kind: 'incident', chat: context.chat(), message, sound, at, notBefore } as const
    const notice = store.outbox.post(draft)
    return store.incidents.save({ ...incident, told: 'yes', toldAt: at, notice })
  }

  return {
    refresh,
    /** Tells an incident that was not told yet, if it is to be told now. @returns it as saved */
    consider(incident: Incident): Incident {
      if (incident.told === 'yes' || !isOpen(incident)) return incident
      const telling = decideTelling(incident, circumstances(context, incident))
      if (telling.tell === 'now') {
        told(incident, 'yes', telling.reason)
        return tellNow(incident, telling.sound)
      }
      const next = telling.tell === 'hold' ? 'held' : telling.tell
      if (next === incident.told) return incident
      told(incident, next, telling.reason)
      return store.incidents.save({ ...incident, told: next })
    },
    /** It became more severe: what was silent so far now needs a sound. */
    worsened(incident: Incident): Incident {
      const { silenced, now } = circumstances(context, incident)
      const alarm = incident.told === 'yes' && incident.severity === 'critical' && !silenced
      const unsent = incident.notice !== null && store.outbox.unsent(incident.notice)
      refresh(incident, alarm && unsent ? true : undefined)
      if (!alarm || unsent) return incident
      answer(incident, worsenedReply(incident, now), true)
      // The next sound is not due before this one has had its time.
      return store.incidents.save({ ...incident, remindedAt: now })
    },
    /** It is over: its message says so; what was never delivered and does not matter any more is not. */
    ended(incident: Incident): Incident {
      const { notice } = incident
      if (incident.told !== 'yes' || notice === null) return incident
      if (store.outbox.unsent(notice)) {
        const unheard = store.notices.get(notice)?.sound === false
        const together = store.incidents.ofNotice(notice)
        const others = together.some(isOpen)
        const { kind } = store.notices.get(notice) ?? {}
        if (unheard && !others && kind === 'incident') {
          store.outbox.drop(notice)
          for (const one of together) if (one.id !== incident.id) untell(one)
          return untell(incident)
        }
        refresh(incident, others ? undefined : false)
        return incident
      }
      refresh(incident)
      const { quiet, silenced } = circumstances(context, incident)
      if (incident.worst === 'critical' && incident.cause === 'threshold' && !silenced)
        answer(incident, recoveryReply(incident), !quiet || incident.acknowledged !== null, false)
      return incident
    },
    /** Reminds of a critical one that nobody took. */
    remind(incident: Incident): Incident {
      if (!delivered(incident)) return incident
      const around = circumstances(context, incident)
      if (!decideReminder(incident, around) || !heard(incident, around)) return incident
      const others = incident.notice === null ? [] : store.incidents.ofNotice(incident.notice)
      const reminded = others.some(
        ({ remindedAt }) => around.now - (remindedAt ?? 0) < sameReminder,
      )
      if (!reminded) answer(incident, reminder(incident, around.now), true)
      const reminders = incident.reminders + 1
      return store.incidents.save({ ...incident, reminders, remindedAt: around.now })
    },
    guidanceOf,
  }
}
