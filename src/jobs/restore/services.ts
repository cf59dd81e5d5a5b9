import type { DeployConfig, ServiceConfig } from '../../config/types.ts'
import { OperatorError } from '../../contract/error.ts'
import type { JobStep } from '../../flow/jobs/kind.ts'
import { provenGone, remember, type SeenProcess } from '../deploy/gone.ts'
import { stopCopy } from '../deploy/process.ts'
import { isAtRest } from '../rolling-restart/choose.ts'
import type { RestoreMemory } from './memory.ts'
import type { RestoreContext } from './reach.ts'

const minute = 60_000
/** Milliseconds that a stopped process may take until it is gone. */
const patience = minute
const every = 1_000
const usual = { within: minute, for: 10_000 } as const

/** When a service counts as healthy again: as after a deploy of it. */
export const healthyOf = ({ deploy }: ServiceConfig): DeployConfig['healthy'] =>
  deploy?.healthy ?? usual

/** Those that nobody has stopped; one that cannot be asked is taken to be one. */
export async function runningOf(
  { services }: Pick<RestoreMemory, 'services'>,
  world: Pick<RestoreContext, 'services' | 'signal'>,
): Promise<readonly string[]> {
  const looks = services.map(async (name) => {
    const status = await world.services
      .get(name)
      .status(world.signal)
      .catch(() => null)
    return status === null || !isAtRest(status)
  })
  const up = await Promise.all(looks)
  return services.filter((_, index) => up[index])
}

/**
 * What runs of them now: what may never run twice has to be seen to go, with all that it has started.
 *
 * @throws OperatorError where that cannot be seen
 */
export async function processesOf(
  names: readonly string[],
  { host, service, services, signal }: RestoreContext,
): Promise<RestoreMemory['seen']> {
  const seen: SeenProcess[] = []
  for (const name of names) {
    const instances = await services.get(name).status(signal)
    seen.push(...(await remember(host(service(name).host), instances)))
  }
  return seen
}

/** Stops what may never run twice, and sees all of it gone. */
async function stopForGood(memory: RestoreMemory, context: RestoreContext): Promise<void> {
  const { holds, services, signal } = context
  const seen = [...memory.seen, ...(await processesOf(memory.services, context))]
  // Before it is stopped: from here on nothing but a person starts it, whatever becomes of us.
  for (const name of memory.services) holds.put(name, { at: context.now(), backup: memory.backup })
  context.remember({ seen, held: true })
  for (const name of memory.services) await stopCopy(services.get(name), signal)
  for (const name of memory.services)
    await provenGone(context, context.host(context.service(name).host), seen, patience)
}

/** Has nothing run that writes to what is swapped. Harmless to do again. */
export async function stopAll(memory: RestoreMemory, context: RestoreContext): Promise<void> {
  const { services, signal } = context
  const running: string[] = []
  for (const name of memory.services)
    // What has failed for want of its data is started with it.
    if (!isAtRest(await services.get(name).status(signal))) running.push(name)
  context.remember({ ran: [...new Set([...memory.ran, ...running])] })
  if (memory.exclusive) return stopForGood(memory, context)
  for (const name of memory.services) await stopCopy(services.get(name), signal)
}

export const stopStep: JobStep<RestoreMemory> = {
  timeout: ({ services }) => 5 * minute * services.length,
  disturbs: 'service',
  async run(memory, context) {
    await stopAll(memory, context)
    return undefined
  },
}

/** Starts those that nobody had stopped before; of one that does not start, the others are started all the same. */
export const startStep: JobStep<RestoreMemory> = {
  timeout: ({ services }) => 5 * minute * services.length,
  disturbs: 'service',
  async run({ ran }, context) {
    const failures: unknown[] = []
    for (const name of ran.toReversed()) {
      await context.services
        .get(name)
        .start(context.signal)
        .catch((error: unknown) => failures.push(error))
    }
    if (failures[0] !== undefined) throw failures[0]
    return undefined
  },
}

const gateLimit = ({ services }: RestoreMemory, world: Pick<RestoreContext, 'service'>): number =>
  services.reduce((sum, name) => {
    const { within, for: hold } = healthyOf(world.service(name))
    return sum + within + hold + minute
  }, minute)

/** What ran before has to be healthy, and to stay so. */
export const gateStep: JobStep<RestoreMemory> = {
  timeout: gateLimit,
  disturbs: 'service',
  async run({ ran }, context) {
    for (const name of ran) {
      const { within, for: hold } = healthyOf(context.service(name))
      const { ok, after } = await context.healthy(name, { within, every, hold })
      context.say(`${name}: ${after}`)
      if (!ok) throw new OperatorError(`${name} is not healthy: ${after}`)
    }
    return undefined
  },
}
