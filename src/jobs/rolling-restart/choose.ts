import type { ServiceConfig } from '../../config/types.ts'
import { messageOf, OperatorError } from '../../contract/error.ts'
import type { Instance } from '../../contract/service.ts'
import type { JobWorld } from '../../flow/jobs/kind.ts'
import type { Listed } from './memory.ts'

/** Which services are restarted, and why others are not: "api: stopped". */
export interface Chosen {
  readonly services: readonly Listed[]
  readonly leftOut: readonly string[]
}

/** Every copy was stopped by a person, or there is none: a restart would undo that. */
export const isAtRest = (instances: readonly Instance[]): boolean =>
  instances.every(
    ({ state, witnessed }) => state === 'missing' || (state === 'stopped' && witnessed !== false),
  )

/** The bot runs as one of the copies, or below it. */
const isOurselves = (instances: readonly Instance[]): boolean =>
  instances.some(({ pid }) => pid !== null && (pid === process.pid || pid === process.ppid))

const listed = ({ name, check }: ServiceConfig): Listed => ({
  name,
  severity: check.levels[0]?.severity ?? 'warning',
})

/** Why a service is not restarted; null when it is. */
async function objection(service: ServiceConfig, world: JobWorld): Promise<string | null> {
  const { name, manager } = service
  if (world.holds.of(name)) return 'held since a restore'
  if (manager.kind === 'command' && manager.start === undefined) return 'nothing starts it'
  const instances = await world.services.get(name).status(world.signal)
  if (isOurselves(instances)) return 'the bot itself'
  return isAtRest(instances) ? 'stopped' : null
}

/**
 * The services that are meant, in their order. With `all`, what cannot or must not be restarted is
 * left out; one that cannot be asked now is not, and ends the job when its turn comes.
 *
 * @throws OperatorError for a named service that does not exist or must not be restarted
 */
export async function choose(wanted: 'all' | readonly string[], world: JobWorld): Promise<Chosen> {
  const all = wanted === 'all'
  const services = all ? world.allServices() : wanted.map((name) => world.service(name))
  const chosen: Listed[] = []
  const leftOut: string[] = []
  for (const service of services) {
    const why = await objection(service, world).catch((error: unknown) => {
      if (world.signal.aborted) throw error
      return all ? null : messageOf(error)
    })
    if (why === null) chosen.push(listed(service))
    else if (all || why === 'stopped') leftOut.push(`${service.name}: ${why}`)
    else throw new OperatorError(`${service.name} cannot be restarted by the task: ${why}`)
  }
  return { services: chosen, leftOut }
}
