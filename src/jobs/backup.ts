import { t } from '../contract/message.ts'
import { nextMove } from '../core/backup/course.ts'
import { defineJob } from '../flow/jobs/kind.ts'
import { askBackup } from './backup/ask.ts'
import { clearStep, tidyStep } from './backup/clear.ts'
import { keepStep, recordStep } from './backup/closing.ts'
import { confirmStep } from './backup/confirm.ts'
import { backupEnd } from './backup/end.ts'
import { lookStep } from './backup/look.ts'
import { type BackupMemory, planOfBackup, plannedSteps } from './backup/memory.ts'
import { haltStep, startAgainStep } from './backup/service.ts'
import { stageStep, uploadStep } from './backup/upload.ts'

/** Puts a source into its repository and looks whether that can be believed; about `{ backup }`. */
export default defineJob<BackupMemory>({
  kind: 'backup',
  locks: ({ backup }) => [`backup:${backup}`],
  subject: ({ backup }) => backup,
  touches: ({ stop, stopped }) => (stop === null || stopped === false ? [] : [stop]),
  headline: ({ backup }) => t('backup-job-headline', { name: backup }),
  planned: plannedSteps,
  ask: askBackup,
  steps: {
    clear: clearStep('backup'),
    look: lookStep,
    halt: haltStep,
    stage: stageStep,
    'start-again': startAgainStep,
    upload: uploadStep,
    confirm: confirmStep,
    keep: keepStep,
    tidy: tidyStep('backup'),
    record: recordStep,
  },
  next(memory, trail) {
    const move = nextMove(planOfBackup(memory), trail)
    return 'end' in move ? { end: backupEnd(memory, move.end) } : move
  },
})
