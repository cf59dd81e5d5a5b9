import type { Clock } from '../contract/clock.ts'
import type { Target } from './target.ts'

/** Something the bot is doing to a thing: nobody else does anything to it meanwhile. */
export interface Job {
  /** `service:web`, `fix:free-disk`: what is locked. */
  readonly lock: string
  readonly what: string
  readonly by: string | null
  readonly since: number
  /** Targets whose trouble is this job's own doing and is judged afresh at its end. */
  readonly mutes: (target: Target, subject: string) => boolean
}

export type Work = ReturnType<typeof createWork>

/** Who works on what. In memory alone: a crash ends every job, and recovery judges what it left. */
export function createWork(clock: Clock) {
  const jobs = new Map<string, Job>()
  return {
    /** Takes the lock, or returns the job that holds it. */
    begin(draft: Omit<Job, 'since'>): { readonly held: Job } | { readonly done: () => void } {
      const held = jobs.get(draft.lock)
      if (held) return { held }
      const job: Job = { ...draft, since: clock.now() }
      jobs.set(job.lock, job)
      return { done: () => void jobs.delete(job.lock) }
    },
    busy: (lock: string): Job | undefined => jobs.get(lock),
    mutes: (target: Target, subject: string): boolean =>
      jobs.values().some((job) => job.mutes(target, subject)),
    count: (): number => jobs.size,
  }
}
