import type { Subset } from '../../backup/restic/types.ts'
import { line, t, verbatim } from '../../contract/message.ts'
import { nextSubset } from '../../core/backup/subset.ts'
import type { JobEnd, JobStep, JobWorld } from '../../flow/jobs/kind.ts'
import { type Damage, damageIn } from './damage.ts'
import { whenFree } from './locks.ts'
import { reachOf } from './reach.ts'
import { remaining } from './time.ts'
import { progressText } from './upload.ts'

/** What a verification keeps from step to step. */
export interface VerifyMemory {
  readonly backup: string
  /** Epoch milliseconds: of its order, and of the present try. */
  readonly since: number
  readonly began: number
  /** What was read. */
  readonly subset: Subset | null
  /** What is wrong with it; null: nothing. */
  readonly damage: Damage | null
}

/** A backup that uses the repository now may take so long. */
const patience = 60 * 60_000

/** What is to be read next: a part that was found bad is read again. */
export function subsetOf(name: string, world: Pick<JobWorld, 'backup' | 'backups'>): Subset {
  const last = world.backups.lastProven(name, 'verify')?.part ?? null
  return nextSubset(last, world.backup(name).verify.parts)
}

/** Reads a part of the repository and says whether it is what was written. */
export const checkStep: JobStep<VerifyMemory> = {
  timeout: remaining,
  cancellable: true,
  async run({ backup, since }, context) {
    const reach = reachOf(backup, 'verify', context)
    const subset = subsetOf(backup, context)
    const damage = await damageIn(async () => {
      await whenFree(reach, context, { since, all: true, within: patience }, () =>
        reach.restic.check(subset, (progress) => context.progress(progressText(progress))),
      )
    }, context)
    const { part, of } = subset
    context.backups.addProof({
      backup,
      job: context.job,
      kind: 'verify',
      at: context.now(),
      ok: damage === null,
      snapshot: null,
      part,
      rto: null,
      rpo: null,
      text: damage === null ? t('verify-job-saw', { part, of }) : verbatim(damage.why),
    })
    return { subset, damage }
  },
}

/** How a verification ended that came to a verdict. */
export function verifiedEnd({ backup: name, subset, damage }: VerifyMemory): JobEnd {
  const { part = 0, of = 0 } = subset ?? {}
  if (damage === null)
    return { outcome: 'verified', ok: true, text: t('verify-job-done', { name, part, of }) }
  return {
    outcome: 'damaged',
    ok: false,
    severity: 'warning',
    text: t('verify-job-damaged', { name, why: damage.why }),
    more: [line('advice', { advice: damage.advice })],
  }
}
