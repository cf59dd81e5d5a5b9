import { type Digest, digestOf, isNews } from '../core/digest.ts'
import type { Incident } from '../core/incident.ts'
import { quietWindow } from '../core/quiet.ts'
import { summaryMessage } from '../core/say/digest.ts'
import { composeNotice } from '../core/say/notice.ts'
import { type Arrival, type Blindness, blindMessage } from '../core/say/note.ts'
import type { Message } from '../contract/message.ts'
import type { Knowing } from './backups/knowing.ts'
import type { Context } from './context.ts'
import { guidanceFor, isQuiet } from './telling.ts'
import { isAbsent, isStale } from './views.ts'

/** Ended incidents that one summary looks at, at most. */
const most = 500
/** Notes of blind times this close together become one. */
const sameNote = 3_600_000

/** A summary that is only asked for, and never told by itself, does not go back further. */
const longestPreview = 7 * 86_400_000

/** Evidence is not kept twice. */
const slim = (incident: Incident): Incident => ({ ...incident, evidence: [] })

/** Messages about a span of time instead of one incident. */
export function createSummaries(context: Context, knowing: Knowing) {
  const { clock, store } = context

  const quiet = (now: number) =>
    quietWindow(now, context.config().notify.quietHours, context.config().timezone)

  const digest = (from: number, until: number): Digest =>
    digestOf(
      [...store.incidents.open(), ...store.incidents.endedSince(from, most)].map(slim),
      from,
      until,
    )

  const summaryFrom = (): number => store.meta.number('summary-from') ?? clock.now()

  const summary = (of: Digest): Message => {
    const targets = [...context.targets().values()].filter((target) => !isAbsent(target))
    const stale = targets.filter(
      (target) => target.live.problem !== null || isStale(target, clock),
    ).length
    const { facts } = knowing
    const backups = context.config().backups.map(({ name }) => ({ name, facts: facts.get(name) }))
    return summaryMessage(of, { checks: targets.length, stale, backups })
  }

  /** Puts incidents that were kept back into one message. */
  const gather = (
    occasion: Parameters<typeof composeNotice>[0],
    incidents: readonly Incident[],
  ): void => {
    const at = clock.now()
    const { kind, ...detail } = occasion
    const message = composeNotice(occasion, incidents, (one) => guidanceFor(context, one))
    const chat = context.chat()
    const notice = store.outbox.post({ kind, chat, message, sound: false, at, detail })
    for (const incident of incidents)
      store.incidents.save({ ...incident, told: 'yes', toldAt: at, notice })
  }

  const brief = (night: number): void => {
    const now = clock.now()
    // What the last summary did not have any more, the evening before, is told now.
    const of = digest(Math.min(night, store.meta.number('summary-from') ?? night), now)
    const held = store.incidents.open().filter((one) => one.told === 'held')
    store.meta.set('summary-from', now)
    const ended = [...of.fixed, ...of.healed, ...of.noted]
    const tonight = ended.some((one) => (one.endedAt ?? one.openedAt) > night)
    if (held.length > 0 || tonight || isNews(of)) gather({ kind: 'brief', digest: of }, held)
  }

  return {
    /** What the next heartbeat would say. */
    preview(): Message {
      const now = clock.now()
      return summary(digest(Math.max(summaryFrom(), now - longestPreview), now))
    },
    /** On schedule; quiet hours end with a brief of their own instead. */
    heartbeat(): void {
      const now = clock.now()
      const { send } = context.config().notify.heartbeat
      if (send === 'never' || isQuiet(context)) return
      const of = digest(summaryFrom(), now)
      store.atomically(() => {
        store.meta.set('summary-from', now)
        if (send === 'always' || isNews(of))
          store.outbox.post({
            kind: 'summary',
            chat: context.chat(),
            message: summary(of),
            sound: false,
            at: now,
          })
      })
    },
    /** Notices the edges of quiet hours; a night slept through by the bot itself is briefed at start. */
    watchQuiet(): void {
      const since = store.meta.number('quiet-since')
      const window = quiet(clock.now())
      if (window && since === null) store.meta.set('quiet-since', window.from)
      if (!window && since !== null)
        store.atomically(() => {
          store.meta.clear('quiet-since')
          brief(since)
        })
    },
    /** Ends the first run with its one message. */
    arrive(arrival: Arrival): void {
      store.atomically(() => {
        store.meta.set('arrived-at', arrival.at)
        store.meta.set('summary-from', arrival.at)
        const wrong = store.incidents.open().filter((one) => one.told === 'first-run')
        gather({ kind: 'first-run', arrival }, wrong)
      })
    },
    /** After an unclean stop; several close together are one note. */
    wasBlind(from: number, until: number): void {
      const last = store.notices.latest('blind')
      const before =
        last && until - last.at < sameNote ? (last.detail as unknown as Blindness) : null
      const blind: Blindness = {
        from: before?.from ?? from,
        until,
        times: (before?.times ?? 0) + 1,
        total: (before?.total ?? 0) + Math.max(0, until - from),
      }
      const message = blindMessage(blind)
      store.atomically(() => {
        store.events.add({
          at: until,
          kind: 'blind',
          reason: 'unclean-stop',
          detail: { from, until },
        })
        if (last && before) {
          store.notices.describe(last.id, { ...blind })
          store.outbox.revise(last.id, message, until)
        } else {
          const draft = {
            kind: 'blind',
            chat: context.chat(),
            message,
            sound: false,
            at: until,
          } as const
          store.outbox.post({ ...draft, detail: { ...blind } })
        }
      })
    },
  }
}

export type Summaries = ReturnType<typeof createSummaries>
