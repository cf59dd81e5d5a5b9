import { t } from '../contract/message.ts'
import { nextMove } from '../core/backup/course.ts'
import { defineJob } from '../flow/jobs/kind.ts'
import { clearStep, tidyStep } from './backup/clear.ts'
import { named } from './deploy/ask.ts'
import { chooseStep } from './drill/choose.ts'
import { drillEnd } from './drill/end.ts'
import { linesOf } from './drill/lines.ts'
import { type DrillMemory, plannedSteps, planOfDrill, unknownYet } from './drill/memory.ts'
import { judgeStep, proveStep } from './drill/prove.ts'
import { dropScratch, fetchStep, loadStep } from './drill/restore.ts'

/** Restores the newest good snapshot to the side, asks it, and removes it; about `{ backup }`. */
export default defineJob<DrillMemory>({
  kind: 'drill',
  locks: ({ backup }) => [`drill:${backup}`],
  subject: ({ backup }) => backup,
  touches: () => [],
  headline: ({ backup }) => t('drill-job-headline', { name: backup }),
  planned: plannedSteps,
  async ask(about, world) {
    const config = world.backup(named(about, 'backup'))
    const { name } = config
    const now = world.now()
    const loads = config.source.kind === 'postgres'
    return {
      about: { ...about, backup: name },
      memory: { ...unknownYet, backup: name, since: now, began: now, loads },
      label: t('drill-job-label', { name }),
      facts: [t('drill-job-fact')],
      steps: linesOf(config),
      warnings: [],
    }
  },
  steps: {
    clear: clearStep<DrillMemory>('drill', dropScratch),
    choose: chooseStep,
    'fetch-back': fetchStep,
    load: loadStep,
    prove: proveStep,
    judge: judgeStep,
    tidy: tidyStep<DrillMemory>('drill', dropScratch),
  },
  next(memory, trail) {
    const move = nextMove(planOfDrill(memory), trail)
    return 'end' in move ? { end: drillEnd(memory, move.end) } : move
  },
})
