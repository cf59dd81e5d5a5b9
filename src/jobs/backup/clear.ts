import { endLeftovers } from '../../backup/leftovers.ts'
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

/** `first`: removes something of a kind of its own before the rest, such as a database. */
type Removal = (reach: Reach, context: Context) => Promise<void>

const nothing: Removal = async () => undefined

/** Before all else: nothing of an earlier run is left, nor a lock of it. */
export const clearStep = <M extends Common>(job: BackupJob, first = nothing): JobStep<M> => ({
  timeout: () => within,
  async run({ backup, since }, context) {
    const reach = reachOf(backup, job, context)
    await endOwn(reach)
    await first(reach, context)
    await removeScratch(reach.scratch, reach.tool)
    // Where there is no repository, there is no lock; the next step says what that means.
    if (await reach.restic.exists()) await dropOwnLocks(reach, since, context.now())
    return undefined
  },
})

/** After all else, whatever came of it. A repository that is away keeps its lock until the next run. */
export const tidyStep = <M extends Common>(job: BackupJob, first = nothing): JobStep<M> => ({
  timeout: () => within,
  tidies: true,
  async run({ backup, since }, context) {
    const reach = reachOf(backup, job, context)
    await endOwn(reach)
    await first(reach, context)
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
