import { OperatorError } from '../../contract/error.ts'
import type { JobStep, StepContext } from '../../flow/jobs/kind.ts'
import { isUp } from '../deploy/process.ts'
import { endOwn } from './clear.ts'
import type { BackupMemory } from './memory.ts'
import { reachOf } from './reach.ts'

const within = 3 * 60_000
/** How long a service may take to stop or to start. */
const patience = 90_000
const lookEvery = 500

type Context = StepContext<BackupMemory>

async function until(name: string, up: boolean, context: Context): Promise<void> {
  const manager = context.services.get(name)
  const end = context.monotonic() + patience
  while (isUp(await manager.status(context.signal)) !== up) {
    if (context.monotonic() >= end)
      throw new OperatorError(`${name} does not ${up ? 'start' : 'stop'}`, `See its log.`)
    await context.pause(lookEvery)
  }
}

/** Stops the service that holds the data. One that a person has stopped stays as it is. */
export const haltStep: JobStep<BackupMemory> = {
  timeout: () => within,
  disturbs: 'service',
  async run({ stop }, context) {
    if (stop === null) return { stopped: false }
    const manager = context.services.get(stop)
    if (!isUp(await manager.status(context.signal))) {
      context.say(`${stop} does not run`)
      return { stopped: false }
    }
    context.remember({ stopped: true })
    await manager.stop(context.signal)
    await until(stop, false, context)
    return { stopped: true }
  },
}

/** Starts again what was stopped, once nothing of ours reads its data any more. */
export const startAgainStep: JobStep<BackupMemory> = {
  timeout: () => within,
  disturbs: 'service',
  async run({ backup, stop, stopped }, context) {
    if (stop === null || stopped !== true) return { stopped: false }
    await endOwn(reachOf(backup, 'backup', context))
    if (context.holds.of(stop)) {
      context.say(`${stop} stays stopped: it is held since a restore`)
      return { stopped: false }
    }
    const manager = context.services.get(stop)
    if (!isUp(await manager.status(context.signal))) await manager.start(context.signal)
    await until(stop, true, context)
    return { stopped: false }
  },
}
