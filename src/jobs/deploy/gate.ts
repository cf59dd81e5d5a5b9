import { OperatorError } from '../../contract/error.ts'
import type { Colour, Manager } from '../../contract/service.ts'
import type { JobStep } from '../../flow/jobs/kind.ts'
import type { DeployMemory } from './memory.ts'
import { blueGreenOf, type DeployContext, reachOf, releaseOf } from './reach.ts'

/** Milliseconds between two looks. */
const every = 1_000
/** Beyond the gate's own limits: the last look, the log. */
const slack = 60_000
/** Lines of the service's log that are shown beside a gate that was not passed. */
const logLines = 30

/** What the service itself says, into the job's output. Not to be had is no second failure. */
async function tellLog(manager: Manager, context: DeployContext): Promise<void> {
  try {
    const lines = await manager.logs(logLines, context.signal)
    if (lines.length > 0) context.say('The last lines of its log:')
    for (const line of lines) context.say(context.redact(line))
  } catch (thrown) {
    context.say(`Its log cannot be read: ${String(thrown)}`)
  }
}

async function gate(
  { service }: DeployMemory,
  context: DeployContext,
  colour?: Colour,
): Promise<void> {
  const reach = reachOf(service, context)
  const { within, for: hold } = reach.deploy.healthy
  const { ok, after } = await context.healthy(service, { within, every, hold }, colour)
  if (ok) return
  await tellLog(colour ? blueGreenOf(reach).colours[colour] : reach.manager, context)
  throw new OperatorError(
    `${colour ? `the ${colour} copy of ${service}` : service} is not healthy: ${after}`,
    'Its log is in the output of this job.',
  )
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
    await gate(memory, context)
    context.releases.live(memory.service, releaseOf(memory), context.now())
    return undefined
  },
}

/** The same of the release that is back. */
export const gateOldStep: JobStep<DeployMemory> = {
  timeout: limit,
  disturbs: 'service',
  async run(memory, context) {
    await gate(memory, context)
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
    await gate(memory, context, memory.colour ?? undefined)
    return undefined
  },
}
