import type { Step } from '../contract/fix.ts'
import { type Incident, isOpen, type Remedy } from '../core/incident.ts'
import type { Attempt } from '../store/attempts.ts'
import type { Accounting } from './accounting.ts'
import type { Attempting, AttemptEnd } from './attempting.ts'
import type { Context } from './context.ts'
import { decisionFor, remedyOf, type Usable, usableFor, usableFix } from './remedies.ts'
import type { Target } from './target.ts'
import { isGood } from './verifying.ts'

export interface FixingOutside {
  readonly context: Context
  readonly attempting: Attempting
  readonly accounting: Accounting
  /** Has a target looked at now. */
  readonly hurry: (target: Target) => void
}

export type Fixing = ReturnType<typeof createFixing>

/** What was seen last is good already: it only has to stay so for the incident to end. */
const isWell = (target: Target, { subject }: Incident): boolean =>
  target.live.readings.some((one) => one.subject === subject && isGood(target, one))

/** What is muted while a fix runs: the subject, or all that concerns the service it restarts. */
export const mutes =
  (usable: Usable, subject: string) =>
  (target: Target, other: string): boolean => {
    if (!usable.lock.startsWith('service:'))
      return target.id === usable.target.id && other === subject
    const service = usable.lock.slice('service:'.length)
    return target.service?.name === service || target.id === usable.target.id || other === service
  }

/** Decides about fixes, runs them one at a time for each thing, and writes down where they stand. */
export function createFixing(outside: FixingOutside) {
  const { context, attempting, accounting } = outside
  const { store, work, clock } = context
  const running = new Set<Promise<unknown>>()

  const track = <T>(job: Promise<T>): Promise<T> => {
    running.add(job)
    void job.finally(() => running.delete(job)).catch(() => {})
    return job
  }

  const start = (incident: Incident, usable: Usable, number: number): void => {
    const what = whatOf(usable)
    const job = work.begin({
      locks: [usable.lock],
      what,
      by: null,
      mutes: mutes(usable, incident.subject),
    })
    if ('held' in job) return
    const { id, subject } = incident
    const order = { usable, subject, incident: id, number, ordered: false }
    const run = attempting
      .run(order)
      .then((end) => accounting.account(id, usable, end))
      .finally(() => {
        job.done()
        outside.hurry(usable.target)
      })
    void track(run).catch((error: unknown) =>
      context.log.error({ err: error, incident: id }, 'a fix could not be written down'),
    )
  }

  return {
    /** How the fix of an incident that is about to open would stand. */
    remedyFor(target: Target, subject: string, cause: Incident['cause']): Remedy | null {
      const usable = usableFix(context, target, subject, cause)
      return usable ? remedyOf(usable, decisionFor(context, usable, null, cause), null) : null
    },
    /** Does what the policy says about an open incident now. Cheap when there is nothing to do. */
    consider(incident: Incident): void {
      const usable = usableFor(context, incident)
      if (!isOpen(incident)) return
      // A reload took its fix away: nothing is tried any more, so somebody has to be told.
      if (!usable) return incident.remedy === null ? undefined : accounting.show(incident.id, null)
      // What was wrong before a restart of the bot is looked at once more before it is fixed.
      if (usable.target.live.ranMono === null || isWell(usable.target, incident)) return
      if (work.mutes(usable.target, incident.subject)) return
      const decision = decisionFor(context, usable, incident.id, incident.cause)
      const over = incident.remedy && ['exhausted', 'nothing-to-do'].includes(incident.remedy.phase)
      if (over && decision.do === 'wait') return
      // A crash between the last attempt and its accounting: the cool-down begins now.
      if (decision.do === 'wait' && decision.reason === 'exhausted')
        store.attempts.exhaust(usable.key, clock.now())
      accounting.show(incident.id, remedyOf(usable, decision, incident.remedy))
      if (decision.do === 'run') start(incident, usable, decision.attempt)
    },
    /** An operator's order; resolves with how it ended. The lock is the caller's to have taken. */
    async order(
      usable: Usable,
      subject: string,
      by: string,
      token: string,
      plan?: readonly Step[],
    ) {
      const open = store.incidents.openByKey(usable.key)
      const incident = open?.id ?? null
      const end = await track(
        attempting.run({
          usable,
          subject,
          incident,
          by,
          token,
          number: 1,
          ordered: true,
          ...(plan && { plan }),
        }),
      )
      if (end.is === 'verified') accounting.byHand(usable, subject)
      outside.hurry(usable.target)
      return end
    },
    /** Takes up an attempt that an earlier run of the program left half-made. */
    resume(attempt: Attempt, usable: Usable, subject: string): Promise<AttemptEnd> {
      const job = work.begin({
        locks: [usable.lock],
        what: whatOf(usable),
        by: attempt.by ?? null,
        mutes: mutes(usable, subject),
      })
      const judged = attempting.resume(attempt, usable, subject).then(async (end) => {
        if (attempt.incident !== null && attempt.by === undefined)
          await accounting.account(attempt.incident, usable, end)
        else if (end.is === 'verified') accounting.byHand(usable, subject)
        return end
      })
      return track(
        judged.finally(() => {
          if ('done' in job) job.done()
          outside.hurry(usable.target)
        }),
      )
    },
    /** An automatic attempt that is being verified shows in its incident's message. */
    follow(attempt: Attempt): void {
      if (attempt.incident === null || attempt.by !== undefined) return
      const incident = store.incidents.get(attempt.incident)
      if (incident?.remedy && attempt.state === 'verifying')
        accounting.show(incident.id, { ...incident.remedy, phase: 'verifying' })
    },
    /** Ends well when nothing runs any more. */
    settled: (): Promise<unknown> => Promise.allSettled(running),
  }
}

/** "restart web", "free-disk on disk@main": for whoever finds the lock taken. */
const whatOf = ({ config, target }: Usable): string =>
  config.name.startsWith('restart:')
    ? config.name.replace(':', ' ')
    : `${config.name} on ${target.id}`
