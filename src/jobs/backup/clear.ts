import { endLeftovers } from '../../backup/leftovers.ts'
import { ResticError } from '../../backup/restic/error.ts'
import { messageOf } from '../../contract/error.ts'
import type { JobStep } from '../../flow/jobs/kind.ts'
import { dropOwnLocks } from './locks.ts'
import { type BackupJob, type Reach, reachOf } from './reach.ts'
import { removeScratch } from './scratch.ts'

const within = 10 * 60_000

/** What every job about a backup remembers. */
interface Common {
  readonly backup: string
  /** Epoch milliseconds of its order. */
  readonly since: number
}

/** Ends what a bot that was killed has left running for this job. */
export async function endOwn({ tool, scratch, cache }: Reach): Promise<void> {
  const ended = (await endLeftovers(tool, scratch)) + (await endLeftovers(tool, cache))
  if (ended > 0) tool.say(`ended what was left running: ${ended} processes`)
}

/** Removes something of a kind of its own before the rest, such as a database. */
type Removal<M> = (memory: M, reach: Reach) => Promise<void>

const nothing = async (): Promise<void> => undefined

/** Before all else: nothing of an earlier run is left, nor a lock of it. */
export const clearStep = <M extends Common>(
  job: BackupJob,
  first: Removal<M> = nothing,
): JobStep<M> => ({
  timeout: () => within,
  async run(memory, context) {
    const { backup, since } = memory
    const reach = reachOf(backup, job, context)
    await endOwn(reach)
    await first(memory, reach)
    await removeScratch(reach.scratch, reach.tool)
    // Where there is no repository, there is no lock; the next step says what that means.
    await dropOwnLocks(reach, since, context.now()).catch((error: unknown) => {
      if (!(error instanceof ResticError && error.failure === 'missing')) throw error
    })
    return undefined
  },
})

/** After all else, whatever came of it. A repository that is away keeps its lock until the next run. */
export const tidyStep = <M extends Common>(
  job: BackupJob,
  first: Removal<M> = nothing,
): JobStep<M> => ({
  timeout: () => within,
  tidies: true,
  async run(memory, context) {
    const { backup, since } = memory
    const reach = reachOf(backup, job, context)
    await endOwn(reach)
    await first(memory, reach)
    await removeScratch(reach.scratch, reach.tool)
    try {
      await dropOwnLocks(reach, since, context.now())
    } catch (error) {
      context.signal.throwIfAborted()
      reach.tool.say(`the locks cannot be seen: ${messageOf(error)}`)
    }
    return undefined
  },
})
