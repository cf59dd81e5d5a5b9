import { sourceOf } from '../../backup/sources.ts'
import { OperatorError } from '../../contract/error.ts'
import type { JobStep, StepContext } from '../../flow/jobs/kind.ts'
import { awaitFree } from './locks.ts'
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

/** A repository that was never there is made; one that is not there any more is not made anew. */
async function demandRepository(
  { config: { name }, restic, tool }: Reach,
  { backups }: Context,
): Promise<boolean> {
  if (await restic.exists()) return false
  const [last] = backups.good(name, 1)
  if (last)
    throw new OperatorError(
      `the repository of ${name} was there, and is gone`,
      'See whether its disk is mounted and its address is right. Where it is lost, give another address.',
    )
  await restic.init()
  tool.say('made the repository')
  return true
}

const instant = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ')

/** By a clock in the past, what is kept and what is newest would be wrong. */
async function demandClock({ restic, config: { name } }: Reach, context: Context): Promise<void> {
  const newest = (await restic.snapshots()).at(-1)
  const now = context.now()
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
    const isNew = await demandRepository(reach, context)
    await awaitFree(reach, context, { since, all: false, within: patience })
    await demandClock(reach, context)
    await makeScratch(scratch, tool)
    await demandRoom([{ path: scratch, bytes: room * spare }], tool)
    return { began, made: made || isNew }
  },
}
