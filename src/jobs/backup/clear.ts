import { endLeftovers } from '../../backup/leftovers.ts'
import { ResticError } from '../../backup/restic/error.ts'
import { messageOf } from '../../contract/error.ts'
import type { JobStep } from '../../flow/jobs/kind.ts'
import { dropOwnLocks } from './locks.ts'
import { type BackupJob, type Context, type Reach, reachOf } from './reach.ts'
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
    // Before its first step nothing of this job can have locked it.
    if (context.trail.length === 0) return undefined
    // What is wrong with the repository is for the step to say that needs it.
    await dropOwnLocks(reach, since, context.now()).catch((error: unknown) => {
      if (!(error instanceof ResticError) || error.failure === 'away') throw error
    })
    return undefined
  },
})

/** A repository that is away keeps its lock until somebody removes it. */
async function dropSeenLocks(reach: Reach, since: number, { now, signal }: Context): Promise<void> {
  try {
    await dropOwnLocks(reach, since, now())
  } catch (error) {
    signal.throwIfAborted()
    reach.tool.say(`the locks cannot be seen: ${messageOf(error)}`)
  }
}

/** After all else, whatever came of it: what cannot be removed does not keep the rest. */
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
    try {
      await first(memory, reach)
    } finally {
      await removeScratch(reach.scratch, reach.tool)
      await dropSeenLocks(reach, since, context)
    }
    return undefined
  },
})
