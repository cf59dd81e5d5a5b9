import type { Target } from '../target.ts'
import type { Job } from '../work.ts'
import type { JobStep, Memory } from './kind.ts'
import type { Running } from './running.ts'

/** Kinds of checks that see any heavy work on a machine. */
const strained = new Set(['load', 'cpu'])

/** The locks of the services that a job touches: those that restarts and fixes take too. */
const serviceLocks = ({ kind, memory }: Pick<Running, 'kind' | 'memory'>): string[] =>
  kind.touches(memory).map((name) => `service:${name}`)

/** What a job does while a step runs: what it locks beside its own, and what it mutes. */
export function doingOf(
  job: Pick<Running, 'kind' | 'memory' | 'hosts'> & { readonly locks: readonly string[] },
  { disturbs = 'machine' }: Pick<JobStep<Memory>, 'disturbs'>,
): Pick<Job, 'locks' | 'mutes' | 'idle'> {
  if (disturbs === 'nothing') return { locks: job.locks, idle: true, mutes: () => false }
  const machine = ({ kind, host }: Target): boolean =>
    strained.has(kind.kind) && (job.hosts.size === 0 || job.hosts.has(host.name))
  if (disturbs === 'machine') return { locks: job.locks, idle: false, mutes: machine }
  const touched = new Set(job.kind.touches(job.memory))
  return {
    locks: [...job.locks, ...serviceLocks(job)],
    idle: false,
    mutes: (target, subject) =>
      machine(target) || touched.has(target.service?.name ?? '') || touched.has(subject),
  }
}
