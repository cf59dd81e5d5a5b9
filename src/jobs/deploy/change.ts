import { OperatorError } from '../../contract/error.ts'
import type { JobStep } from '../../flow/jobs/kind.ts'
import type { DeployMemory } from './memory.ts'
import { activateCopy, startCopy, stopCopy } from './process.ts'
import { proveGone, seenProcesses } from './prove.ts'
import { type DeployContext, type Reach, reachOf, releaseOf } from './reach.ts'

const minute = 60_000

/** Points `current` to a release, unless it does already: a full disk must not hinder the way back. */
export async function pointTo({ place }: Reach, release: string): Promise<void> {
  if ((await place.live('current')) !== release) await place.switchTo('current', release)
}

/** From here on the new release is what starts. */
export const switchStep: JobStep<DeployMemory> = {
  timeout: () => minute,
  disturbs: 'service',
  async run(memory, context) {
    await pointTo(reachOf(memory.service, context), releaseOf(memory))
    return undefined
  },
}

/** Has what `current` points to run. Harmless to do again. */
export const activateStep: JobStep<DeployMemory> = {
  timeout: () => 5 * minute,
  disturbs: 'service',
  async run(memory, context) {
    await activateCopy(reachOf(memory.service, context), context)
    return undefined
  },
}

async function stopAll(memory: DeployMemory, reach: Reach, context: DeployContext): Promise<void> {
  if (!memory.exclusive) return stopCopy(reach.manager, context.signal)
  const seen = await seenProcesses(reach, memory.seen, context.signal)
  context.remember({ seen })
  await stopCopy(reach.manager, context.signal)
  await proveGone(reach, seen, context)
}

/** Stops the service; where two copies must never run, ends once it is seen that none does. */
export const stopStep: JobStep<DeployMemory> = {
  timeout: () => 5 * minute,
  disturbs: 'service',
  async run(memory, context) {
    await stopAll(memory, reachOf(memory.service, context), context)
    return { seen: [] }
  },
}

export const startStep: JobStep<DeployMemory> = {
  timeout: () => 5 * minute,
  disturbs: 'service',
  async run(memory, context) {
    const reach = reachOf(memory.service, context)
    await startCopy(reach, reach.manager, null, context)
    return undefined
  },
}

/** The way back, first step: `current` points to the release from before. */
export const backStep: JobStep<DeployMemory> = {
  timeout: () => minute,
  disturbs: 'service',
  async run({ service, previous }, context) {
    if (previous === null) throw new OperatorError(`${service} has no earlier release`)
    await pointTo(reachOf(service, context), previous)
    return undefined
  },
}
