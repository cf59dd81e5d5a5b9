import { ResticError } from '../../backup/restic/error.ts'
import type { Progress } from '../../backup/restic/types.ts'
import { safetyTag } from '../../core/backup/safety.ts'
import { sourceOf } from '../../backup/sources.ts'
import { OperatorError } from '../../contract/error.ts'
import { t, type Text } from '../../contract/message.ts'
import type { JobStep } from '../../flow/jobs/kind.ts'
import { whenFree } from './locks.ts'
import type { BackupMemory } from './memory.ts'
import { reachOf } from './reach.ts'
import { remaining } from './time.ts'

/** `1.2 GiB of 5 GiB, 3m left`; of packs `3 of 25`. */
export function progressText({ done, total, left, packs }: Progress): Text {
  const unit = packs === true ? 'count' : 'bytes'
  const args = { done: { value: done, unit }, total: { value: total, unit } } as const
  return left === null
    ? t('backup-job-progress', args)
    : t('backup-job-progress-left', { ...args, left: { span: left } })
}

/** Copies the source, consistent in itself, or finds out what restic is to read where it lies. */
export const stageStep: JobStep<BackupMemory> = {
  timeout: remaining,
  cancellable: true,
  disturbs: 'service',
  async run({ backup }, context) {
    const { config, tool, scratch } = reachOf(backup, 'backup', context)
    return { staged: await sourceOf(config, () => context.now()).stage(scratch, tool) }
  },
}

/** Milliseconds that somebody may hold the repository who was not there when it was looked at. */
const patience = 30 * 60_000
/** The same, while a service stands still for it. */
const patienceStopped = 2 * 60_000

/** Puts it into the repository. What could not be read makes it doubtful, and is not the end of it. */
export const uploadStep: JobStep<BackupMemory> = {
  timeout: remaining,
  cancellable: true,
  disturbs: 'service',
  async run({ backup, since, safety, staged, stopped }, context) {
    if (staged === null) throw new OperatorError('there is nothing to upload')
    const reach = reachOf(backup, 'backup', context)
    const within = stopped === true ? patienceStopped : patience
    const tags = safety ? [safetyTag] : []
    const onProgress = (progress: Progress): void => context.progress(progressText(progress))
    try {
      const summary = await whenFree(reach, context, { since, all: false, within }, () =>
        reach.restic.backup(staged.paths, { tags, onProgress }),
      )
      return { summary, unread: null }
    } catch (error) {
      if (!(error instanceof ResticError) || error.summary === undefined) throw error
      return { summary: error.summary, unread: error.message }
    }
  },
}
