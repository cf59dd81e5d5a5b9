import type { Clock } from '../contract/clock.ts'
import type { Target } from './target.ts'

/** Something the bot is doing to a thing: nobody else does anything to it meanwhile. */
export interface Job {
  /** `service:web`, `fix:free-disk`, `deploy:web`: what is locked. */
  readonly locks: readonly string[]
  readonly what: string
  readonly by: string | null
  readonly since: number
  /** It only watches or waits: a restart of the bot would do it no harm. */
  readonly idle?: boolean
  /** Targets whose trouble is this job's own doing and is judged afresh at its end. */
  readonly mutes: (target: Target, subject: string) => boolean
}

/** A job that has begun, for whoever carries it out. */
export interface Hold {
  /** Does something else from now on; all of it, or nothing where somebody holds a lock of it. */
  turn(to: Pick<Job, 'locks' | 'mutes' | 'idle'>): { readonly held: Job } | null
  done(): void
}

export type Work = ReturnType<typeof createWork>

/** Who works on what. In memory alone: recovery takes the locks of unfinished jobs again. */
export function createWork(clock: Clock) {
  /** By an identity of their own, because a job changes. */
  const jobs = new Map<symbol, Job>()
  const holder = (lock: string, except?: symbol): Job | undefined =>
    jobs.entries().find(([id, { locks }]) => id !== except && locks.includes(lock))?.[1]
  const taken = (locks: readonly string[], except?: symbol): Job | undefined =>
    locks.map((lock) => holder(lock, except)).find((job) => job !== undefined)
  return {
    /** Takes all of the locks, or returns the job that holds one of them. `since`: now, unless it says. */
    begin(draft: Omit<Job, 'since'> & Partial<Pick<Job, 'since'>>): { readonly held: Job } | Hold {
      const held = taken(draft.locks)
      if (held) return { held }
      const id = Symbol(draft.what)
      const job: Job = { since: clock.now(), ...draft }
      jobs.set(id, job)
      return {
        turn(to) {
          const other = taken(to.locks, id)
          if (other) return { held: other }
          if (jobs.has(id)) jobs.set(id, { ...job, ...to })
          return null
        },
        done: () => void jobs.delete(id),
      }
    },
    busy: (lock: string): Job | undefined => holder(lock),
    mutes: (target: Target, subject: string): boolean =>
      jobs.values().some((job) => job.mutes(target, subject)),
    /** How much is being done that a stop would interrupt. */
    count: (): number =>
      jobs
        .values()
        .filter(({ idle }) => idle !== true)
        .toArray().length,
  }
}
