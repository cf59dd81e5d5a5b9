import { hostname } from '../../backup/hostname.ts'
import type { Snapshot } from '../../backup/restic/types.ts'
import { removable } from '../../core/backup/keep.ts'
import type { JobStep, StepContext } from '../../flow/jobs/kind.ts'
import { whenFree } from './locks.ts'
import type { BackupMemory } from './memory.ts'
import { reachOf } from './reach.ts'

/** Others may share the repository for so long before old snapshots stay until the next run. */
const patience = 10 * 60_000

/** Each is looked up in the repository by itself: what is more goes after the next runs. */
const mostRemoved = 200

/**
 * Of a backup's snapshots those that its rules do not keep, by their ids. Only this machine's own:
 * another one may keep a backup of the same name there, by rules of its own.
 */
export async function outdatedOf(
  { backup, keeps }: Pick<BackupMemory, 'backup' | 'keeps'>,
  listed: readonly Snapshot[],
  context: StepContext<BackupMemory>,
): Promise<readonly string[]> {
  const { config, tool } = reachOf(backup, 'backup', context)
  if (!keeps || config.keep === null) return []
  const host = await hostname(tool)
  const own = listed.filter((one) => one.host === host)
  const good = context.backups.goodSnapshots(backup)
  const keeping = { rules: config.keep, good, zone: context.timezone }
  const gone = removable(own, keeping, context.now())
  return gone.slice(0, mostRemoved).map(({ id }) => id)
}

/** Removes what the rules do not keep. Only ever done after a good run. */
export const keepStep: JobStep<BackupMemory> = {
  timeout: ({ backup }, world) => world.backup(backup).timeout,
  async run({ backup, since, verdict, outdated }, context) {
    const reach = reachOf(backup, 'backup', context)
    const { keep, appendOnly } = reach.config
    if (verdict !== 'good' || keep === null || appendOnly) return undefined
    const wait = { since, all: true, within: patience }
    await whenFree(reach, context, wait, () => reach.restic.remove(outdated))
    context.say(`removed ${outdated.length} snapshots`)
    return { removed: outdated.length }
  },
}

/** Writes down what failed, and why. */
export const recordStep: JobStep<BackupMemory> = {
  timeout: () => 60_000,
  disturbs: 'nothing',
  async run({ backup, began, safety }, { backups, job, now, trail }) {
    const [last] = backups.runs(backup, 1)
    // Written down before, and cut short before that was remembered.
    if (last?.job === job && last.endedAt >= began) return undefined
    const cause = trail.findLast(({ step, end }) => end !== 'done' && !closing.has(step))
    backups.addRun({
      backup,
      job,
      beganAt: began,
      endedAt: now(),
      safety,
      verdict: 'failed',
      why: cause?.why ?? 'nobody knows why',
      snapshot: null,
      at: null,
      bytes: null,
      added: null,
      files: null,
      sources: [],
      counts: {},
      repository: null,
    })
    return undefined
  },
}

/** Steps that come after whatever went wrong. */
const closing = new Set(['start-again', 'tidy', 'record'])
