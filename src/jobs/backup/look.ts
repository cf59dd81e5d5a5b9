import { shownAddress } from '../../backup/restic/address.ts'
import { ResticError } from '../../backup/restic/error.ts'
import type { Snapshot } from '../../backup/restic/types.ts'
import { sourceOf } from '../../backup/sources.ts'
import { OperatorError } from '../../contract/error.ts'
import type { JobStep, StepContext } from '../../flow/jobs/kind.ts'
import { inTurn } from '../deploy/turns.ts'
import { whenFree } from './locks.ts'
import type { BackupMemory } from './memory.ts'
import { type Reach, reachOf } from './reach.ts'
import { demandRoom, makeScratch } from './scratch.ts'
import { remaining } from './time.ts'

/** A copy grows while it is made. */
const spare = 1.2
/** Another job of ours, or another machine, may take so long with the repository. */
const patience = 30 * 60_000
/** Clocks of machines that share a repository differ by so much. */
const clockSlack = 5 * 60_000

type Context = StepContext<BackupMemory>

/** The snapshots that it holds, once a backup may be put there; null where there is no repository. */
async function snapshotsIn(
  reach: Reach,
  since: number,
  context: Context,
): Promise<readonly Snapshot[] | null> {
  try {
    const wait = { since, all: false, within: patience }
    return await whenFree(reach, context, wait, () => reach.restic.snapshots({ lock: true }))
  } catch (error) {
    if (error instanceof ResticError && error.failure === 'missing') return null
    throw error
  }
}

/** Opens what was just made: a try that was cut short has left a key, and restic may take that one. */
async function demandOpens({ config: { name }, restic }: Reach): Promise<void> {
  try {
    await restic.snapshots()
  } catch (error) {
    if (!(error instanceof ResticError) || error.failure !== 'damaged') throw error
    throw new OperatorError(
      `the repository of ${name} was made twice, because the first time was cut short, and cannot be opened`,
      'No backup is in it yet: remove what lies there, or name another place, then take it again.',
    )
  }
}

/**
 * A repository that was never there is made; one that is not there any more is not made anew. One at
 * a time: two restics that make the same one leave what neither of them can open.
 *
 * @returns what it holds where somebody has made it meanwhile, else null
 */
const makeRepository = (
  reach: Reach,
  since: number,
  context: Context,
): Promise<readonly Snapshot[] | null> =>
  inTurn('making a repository', async () => {
    const { config, restic, tool } = reach
    const { name, repository } = config
    const snapshots = await snapshotsIn(reach, since, context)
    if (snapshots !== null) return snapshots
    if (context.backups.used(name, shownAddress(repository)))
      throw new OperatorError(
        `the repository of ${name} was there, and is gone`,
        'See whether its disk is mounted and its address is right. Where it is lost, make one by hand: restic init.',
      )
    await restic.init()
    await demandOpens(reach)
    tool.say('made the repository')
    return null
  })

const instant = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ')

/** By a clock in the past, what is kept and what is newest would be wrong. */
function demandClock(name: string, snapshots: readonly Snapshot[], now: number): void {
  const newest = snapshots.at(-1)
  if (newest === undefined || newest.at <= now + clockSlack) return
  throw new OperatorError(
    `the clock says ${instant(now)} UTC, but the newest snapshot of ${name} is of ${instant(newest.at)}: one of them is wrong`,
    'Set the clock (timedatectl status), then take it again.',
  )
}

/** Tools, source, repository, room and clock: all that can be known before anything is touched. */
export const lookStep: JobStep<BackupMemory> = {
  timeout: remaining,
  cancellable: true,
  async run({ backup, since, made }, context) {
    const began = context.now()
    const reach = reachOf(backup, 'backup', context)
    const { config, restic, tool, scratch } = reach
    await restic.version()
    const { room, about } = await sourceOf(config, () => context.now()).inspect(tool)
    tool.say(about)
    const snapshots =
      (await snapshotsIn(reach, since, context)) ?? (await makeRepository(reach, since, context))
    if (snapshots !== null) demandClock(backup, snapshots, context.now())
    await makeScratch(scratch, tool)
    await demandRoom([{ path: scratch, bytes: room * spare }], tool)
    return { began, made: made || snapshots === null }
  },
}
