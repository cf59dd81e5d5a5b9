import { OperatorError } from '../../contract/error.ts'
import type { JobStep } from '../../flow/jobs/kind.ts'
import { provenGone, remember } from './gone.ts'
import type { DeployMemory } from './memory.ts'
import { activateCopy, startCopy, stopCopy } from './process.ts'
import { type DeployContext, type Reach, reachOf, releaseOf } from './reach.ts'
import { markLog } from './service-log.ts'

const minute = 60_000
/** Milliseconds that a stopped process may take until it is gone. */
const patience = minute

/** Points `current` to a release, unless it does already: a full disk must not hinder the way back. */
export async function pointTo({ place }: Reach, release: string): Promise<void> {
  if ((await place.live('current')) !== release) await place.switchTo('current', release)
}

/** From here on the new release is what starts. */
export const switchStep: JobStep<DeployMemory> = {
  timeout: () => minute,
  disturbs: 'service',
  async run(memory, context) {
    const reach = reachOf(memory.service, context)
    await markLog(reach.manager, context)
    await pointTo(reach, releaseOf(memory))
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
  const { manager, host } = reach
  if (!memory.exclusive) return stopCopy(manager, context.signal)
  const running = await remember(host, await manager.status(context.signal))
  // Those from before a crash too: nobody saw them end.
  const seen = [...memory.seen, ...running]
  context.remember({ seen })
  await stopCopy(manager, context.signal)
  await provenGone(context, host, seen, patience)
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
    const reach = reachOf(service, context)
    await markLog(reach.manager, context)
    await pointTo(reach, previous)
    return undefined
  },
}
