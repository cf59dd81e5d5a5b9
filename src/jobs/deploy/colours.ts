import { OperatorError } from '../../contract/error.ts'
import type { Colour } from '../../contract/service.ts'
import type { JobStep } from '../../flow/jobs/kind.ts'
import { pointTo } from './change.ts'
import type { DeployMemory } from './memory.ts'
import { cutOver, demandFit } from './nginx.ts'
import { isUp, startCopy, stopCopy } from './process.ts'
import { blueGreenOf, type DeployContext, type Reach, reachOf, releaseOf } from './reach.ts'
import { markLog, tellLog } from './service-log.ts'

const minute = 60_000
/** Milliseconds between two looks at the copy that bakes. */
const bakeEvery = 10_000
/** Bad looks in a row that are no hiccup. */
const mostBad = 3

export const otherThan = (colour: Colour): Colour => (colour === 'blue' ? 'green' : 'blue')

function colourOf({ service, colour }: DeployMemory): Colour {
  if (colour !== null) return colour
  throw new Error(`no copy of ${service} has been chosen`)
}

/** Starts the copy that nobody asks, with the new release. */
export const warmStep: JobStep<DeployMemory> = {
  timeout: () => 5 * minute,
  cancellable: true,
  async run(memory, context) {
    const colour = colourOf(memory)
    const reach = reachOf(memory.service, context)
    const manager = blueGreenOf(reach).colours[colour]
    context.remember({ warmed: true })
    await stopCopy(manager, context.signal)
    await markLog(manager, context)
    await reach.place.switchTo(colour, releaseOf(memory))
    await startCopy(reach, manager, colour, context)
    return { warmed: true }
  },
}

/** Watches that copy before anybody asks it. The end of the time outlives a restart of the bot. */
export const bakeStep: JobStep<DeployMemory> = {
  timeout: ({ bake }) => bake + 5 * minute,
  cancellable: true,
  disturbs: 'nothing',
  async run(memory, context) {
    const colour = colourOf(memory)
    const reach = reachOf(memory.service, context)
    const copy = blueGreenOf(reach).colours[colour]
    const bakeUntil = memory.bakeUntil ?? context.now() + memory.bake
    context.remember({ bakeUntil })
    for (let bad = 0; ;) {
      const { ok, saw } = await context.look(memory.service, colour)
      bad = ok ? 0 : bad + 1
      if (bad >= mostBad) {
        await tellLog(copy, memory, context)
        throw new OperatorError(
          `the ${colour} copy of ${memory.service} did not stay healthy: ${saw}`,
          'It was watched before anybody asked it, so nobody has noticed.',
        )
      }
      if (bad === 0 && context.now() >= bakeUntil) break
      await context.pause(bakeEvery)
    }
    await demandFit(context, reach.service.host, blueGreenOf(reach).config)
    return { bakeUntil: null }
  },
}

/** nginx asks this copy from now on, and `current` says the same. */
async function askCopy(
  reach: Reach,
  colour: Colour,
  release: string,
  context: DeployContext,
): Promise<void> {
  const { config } = blueGreenOf(reach)
  await cutOver(context, reach.service.host, config, colour)
  await pointTo(reach, release)
}

export const cutOverStep: JobStep<DeployMemory> = {
  timeout: () => 2 * minute,
  disturbs: 'service',
  async run(memory, context) {
    const reach = reachOf(memory.service, context)
    await askCopy(reach, colourOf(memory), releaseOf(memory), context)
    return undefined
  },
}

/** The way back: the old copy, which is warm still or is started again, is asked as before. */
export const cutBackStep: JobStep<DeployMemory> = {
  timeout: () => 5 * minute,
  disturbs: 'service',
  async run(memory, context) {
    const { service, previous } = memory
    if (previous === null) throw new OperatorError(`${service} has no earlier release`)
    const reach = reachOf(service, context)
    const old = otherThan(colourOf(memory))
    const manager = blueGreenOf(reach).colours[old]
    await markLog(manager, context)
    if (!isUp(await manager.status(context.signal))) await startCopy(reach, manager, old, context)
    await askCopy(reach, old, previous, context)
    return undefined
  },
}

/** Stops the old copy, which nobody asks any more. */
export const coolStep: JobStep<DeployMemory> = {
  timeout: () => 2 * minute,
  async run(memory, context) {
    const old = otherThan(colourOf(memory))
    const { colours } = blueGreenOf(reachOf(memory.service, context))
    await stopCopy(colours[old], context.signal)
    return undefined
  },
}
