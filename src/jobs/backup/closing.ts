import type { JobStep } from '../../flow/jobs/kind.ts'
import { whenFree } from './locks.ts'
import type { BackupMemory } from './memory.ts'
import { reachOf } from './reach.ts'

/** Others may share the repository for so long before old snapshots stay until the next run. */
const patience = 10 * 60_000

/** Removes what the rules do not keep. Only ever done after a good run. */
export const keepStep: JobStep<BackupMemory> = {
  timeout: ({ backup }, world) => world.backup(backup).timeout,
  async run({ backup, since, verdict }, context) {
    const reach = reachOf(backup, 'backup', context)
    const { keep, appendOnly } = reach.config
    if (verdict !== 'good' || keep === null || appendOnly) return undefined
    const { restic } = reach
    const wait = { since, all: true, within: patience }
    const locked = <T>(work: () => Promise<T>) => whenFree(reach, context, wait, work)
    const outlived = await locked(() => restic.removeOutlived(context.now()))
    const { removed, kept } = await locked(() => restic.forget(keep))
    context.say(`removed ${removed + outlived} snapshots, kept ${kept}`)
    return { removed: removed + outlived }
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
