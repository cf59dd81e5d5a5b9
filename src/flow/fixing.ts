import type { Step } from '../contract/fix.ts'
import type { Evidence } from '../contract/reading.ts'
import { type Incident, isOpen, type Remedy } from '../core/incident.ts'
import type { Attempt } from '../store/attempts.ts'
import type { Attempting, AttemptEnd } from './attempting.ts'
import type { Context } from './context.ts'
import type { Incidents } from './incidents.ts'
import { decisionFor, remedyOf, type Usable, usableFor, usableFix } from './remedies.ts'
import type { Target } from './target.ts'

export interface FixingOutside {
  readonly context: Context
  readonly incidents: Incidents
  readonly attempting: Attempting
  /** Forgets what was judged of a subject, after it was fixed. */
  readonly settled: (target: Target, subject: string, by: 'fixed' | 'restarted') => void
  /** What helps a person decide, gathered when an attempt did not help. */
  readonly evidence: (target: Target, subject: string) => Promise<readonly Evidence[]>
  /** Has a target looked at now. */
  readonly hurry: (target: Target) => void
  readonly stop: AbortSignal
}

/** Pause before a refused write is tried again. */
const retryAfter = 1_000

export type Fixing = ReturnType<typeof createFixing>

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
  const { context, incidents, attempting } = outside
  const { clock, store, work } = context
  const running = new Set<Promise<unknown>>()

  const track = <T>(job: Promise<T>): Promise<T> => {
    running.add(job)
    void job.finally(() => running.delete(job)).catch(() => {})
    return job
  }

  const setRemedy = (id: number, remedy: Remedy | null): void =>
    store.atomically(() => {
      const incident = store.incidents.get(id)
      if (incident && isOpen(incident) && !sameRemedy(incident.remedy, remedy))
        incidents.update(incident, { remedy })
    })

  /** What an automatic attempt's end means for its incident. */
  const ended = async (id: number, usable: Usable, end: AttemptEnd): Promise<void> => {
    const { subject } = store.incidents.get(id) ?? { subject: '' }
    const evidence = end.is === 'failed' ? await outside.evidence(usable.target, subject) : []
    store.atomically(() => {
      const incident = store.incidents.get(id)
      if (!incident || end.is === 'interrupted') return
      if (end.is === 'verified') {
        const remedy = incident.remedy && {
          ...incident.remedy,
          phase: 'verified' as const,
          result: end.result,
        }
        if (isOpen(incident)) store.incidents.save({ ...incident, remedy })
        outside.settled(usable.target, incident.subject, 'fixed')
        return
      }
      if (!isOpen(incident)) return
      failed(incident, usable, end, evidence)
    })
  }

  /** Until the database takes it: what was done is not forgotten, and not done again unjudged. */
  const account = async (id: number, usable: Usable, end: AttemptEnd): Promise<void> => {
    for (;;) {
      try {
        return await ended(id, usable, end)
      } catch (error) {
        context.log.error({ err: error, incident: id }, 'the end of a fix could not be written')
      }
      if (outside.stop.aborted) return
      await new Promise<void>((again) => clock.after(retryAfter, again))
    }
  }

  const failed = (
    incident: Incident,
    usable: Usable,
    end: Exclude<AttemptEnd, { is: 'interrupted' }>,
    evidence: readonly Evidence[],
  ): void => {
    const now = clock.now()
    const attempt = incident.remedy?.attempt ?? 1
    const { config } = usable
    const idle = end.is === 'nothing-to-do'
    const over = idle || attempt >= config.attempts
    if (over) store.attempts.exhaust(usable.key, now)
    const remedy: Remedy = {
      fix: incident.remedy?.fix ?? config.name,
      attempt,
      of: config.attempts,
      result: end.result,
      phase: idle ? 'nothing-to-do' : over ? 'exhausted' : 'backing-off',
      next: now + (over ? config.cooldown : config.backoff * 2 ** (attempt - 1)),
    }
    incidents.update(incident, { remedy, ...(evidence.length > 0 && { evidence }) })
  }

  /** What an operator ordered has helped. */
  const byHand = (usable: Usable, subject: string): void => {
    const ending = usable.config.name.startsWith('restart:') ? 'restarted' : 'fixed'
    store.atomically(() => outside.settled(usable.target, subject, ending))
  }

  const start = (incident: Incident, usable: Usable, number: number): void => {
    const what = whatOf(usable)
    const job = work.begin({
      lock: usable.lock,
      what,
      by: null,
      mutes: mutes(usable, incident.subject),
    })
    if ('held' in job) return
    const { id, subject } = incident
    const order = { usable, subject, incident: id, number, ordered: false }
    const run = attempting
      .run(order)
      .then((end) => account(id, usable, end))
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
      if (!usable || !isOpen(incident)) return
      if (work.mutes(usable.target, incident.subject)) return
      const decision = decisionFor(context, usable, incident.id, incident.cause)
      const over = incident.remedy && ['exhausted', 'nothing-to-do'].includes(incident.remedy.phase)
      if (over && decision.do === 'wait') return
      // A crash between the last attempt and its accounting: the cool-down begins now.
      if (decision.do === 'wait' && decision.reason === 'exhausted')
        store.attempts.exhaust(usable.key, clock.now())
      setRemedy(incident.id, remedyOf(usable, decision, incident.remedy))
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
      if (end.is === 'verified') byHand(usable, subject)
      outside.hurry(usable.target)
      return end
    },
    /** Takes up an attempt that an earlier run of the program left half-made. */
    resume(attempt: Attempt, usable: Usable, subject: string): Promise<AttemptEnd> {
      const job = work.begin({
        lock: usable.lock,
        what: whatOf(usable),
        by: attempt.by ?? null,
        mutes: mutes(usable, subject),
      })
      const judged = attempting.resume(attempt, usable, subject).then(async (end) => {
        if (attempt.incident !== null && attempt.by === undefined)
          await account(attempt.incident, usable, end)
        else if (end.is === 'verified') byHand(usable, subject)
        return end
      })
      return track(
        judged.finally(() => {
          if ('done' in job) job.done()
          outside.hurry(usable.target)
        }),
      )
    },
    /** The attempt that is under way for an incident shows in its message. */
    verifying: (incident: Incident): void =>
      setRemedy(incident.id, incident.remedy && { ...incident.remedy, phase: 'verifying' }),
    /** Ends well when nothing runs any more. */
    settled: (): Promise<unknown> => Promise.allSettled(running),
  }
}

/** "restart web", "free-disk on disk@main": for whoever finds the lock taken. */
const whatOf = ({ config, target }: Usable): string =>
  config.name.startsWith('restart:')
    ? config.name.replace(':', ' ')
    : `${config.name} on ${target.id}`

const sameRemedy = (a: Remedy | null, b: Remedy | null): boolean =>
  JSON.stringify(a) === JSON.stringify(b)
