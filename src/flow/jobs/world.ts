import { OperatorError } from '../../contract/error.ts'
import type { Host } from '../../contract/host.ts'
import { backupNamed } from '../backups/named.ts'
import { guarded, holdsOf } from '../holds.ts'
import { targetId } from '../target.ts'
import type { JobWorld } from './kind.ts'
import type { JobsOutside } from './outside.ts'

/** Parts of a series that a step may compare. */
const points = 60

/**
 * The world as a job sees it.
 *
 * @param used told of every host that is asked for: what happens there may be the job's own doing
 */
export function jobWorld(
  {
    context,
    hosts,
    services,
    backups,
    home,
  }: Pick<JobsOutside, 'context' | 'hosts' | 'services' | 'backups' | 'home'>,
  signal: AbortSignal,
  used: (host: string) => void = () => undefined,
): JobWorld {
  const { clock, store, redact } = context
  const holds = holdsOf(context)

  const host = (name: string): Host => {
    const found = hosts.get(name)
    if (!found)
      throw new OperatorError(
        `${name} cannot be worked on: only this machine can be reached so far`,
        `Leave it out, or name ${hosts.keys().toArray().join(', ')} instead.`,
      )
    used(name)
    return found
  }
  const service: JobWorld['service'] = (name) => {
    const found = context.services().find((one) => one.name === name)
    if (found) return found
    throw new OperatorError(
      `there is no service ${name} any more`,
      'Put it back into the config, or see to it by hand.',
    )
  }

  return {
    host,
    service,
    allServices: () => context.services(),
    task: (name) => context.config().tasks.find((one) => one.name === name),
    fixKind: (name) => context.kinds.fixes.get(name),
    services: guarded(services, holds),
    releases: store.releases,
    backup: (name) => backupNamed(context.config(), name),
    backups: store.backups,
    trust: (name) => backups.get(name).trust,
    holds,
    scratch: (name) => `${home}/scratch/${name}`,
    restored: (name) => `${home}/restored/${name}`,
    timezone: context.config().timezone,
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    redact,
    signal,
    samples(name, metric, from, to) {
      const { check, host: on } = service(name)
      const target = targetId(check.name, on)
      // Several copies behind one address have their health as a subject of its own.
      for (const subject of ['', 'health']) {
        const found = store.samples.read({ target, subject, metric }, from, to, points)
        if (found.length > 0) return found
      }
      return []
    },
  }
}
