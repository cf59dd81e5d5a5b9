import { OperatorError } from '../../contract/error.ts'
import type { Colour } from '../../contract/service.ts'
import type { JobStep } from '../../flow/jobs/kind.ts'
import type { DeployMemory } from './memory.ts'
import { demandFit } from './nginx.ts'
import { blueGreenOf, type DeployContext, reachOf, releaseOf } from './reach.ts'
import { tellLog } from './service-log.ts'

/** Milliseconds between two looks. */
const every = 1_000
/** Beyond the gate's own limits: the last look, the log. */
const slack = 60_000

/** @param who whose health it is, in the words of a sentence */
async function gate(
  memory: DeployMemory,
  context: DeployContext,
  who: string,
  colour?: Colour,
): Promise<void> {
  const { service } = memory
  const reach = reachOf(service, context)
  const { within, for: hold } = reach.deploy.healthy
  const { ok, after } = await context.healthy(service, { within, every, hold }, colour)
  if (ok) return
  const manager = colour ? blueGreenOf(reach).colours[colour] : reach.manager
  await tellLog(manager, memory, context)
  throw new OperatorError(`${who}: ${after}`)
}

const limit = ({ service }: DeployMemory, context: Parameters<typeof reachOf>[1]): number => {
  const { healthy } = reachOf(service, context).deploy
  return healthy.within + healthy.for + slack
}

/** The service has to be healthy, and to stay so; then the new release is the live one. */
export const gateStep: JobStep<DeployMemory> = {
  timeout: limit,
  disturbs: 'service',
  async run(memory, context) {
    await gate(memory, context, `${memory.short} was not healthy`)
    context.releases.live(memory.service, releaseOf(memory), context.now())
    return undefined
  },
}

/** The same of the release that is back. */
export const gateOldStep: JobStep<DeployMemory> = {
  timeout: limit,
  disturbs: 'service',
  async run(memory, context) {
    const { previousShort, service } = memory
    await gate(memory, context, `${previousShort ?? service} was not healthy either`)
    if (memory.previous !== null)
      context.releases.live(memory.service, memory.previous, context.now())
    return undefined
  },
}

/** Blue-green: the copy that nobody asks yet, at its own port. */
export const gateCopyStep: JobStep<DeployMemory> = {
  timeout: limit,
  cancellable: true,
  async run(memory, context) {
    const { short, colour } = memory
    const who = `the ${colour} copy, ${short}, was not healthy`
    await gate(memory, context, who, colour ?? undefined)
    const reach = reachOf(memory.service, context)
    await demandFit(context, reach.service.host, blueGreenOf(reach).config)
    return undefined
  },
}
