import { t } from '../contract/message.ts'
import { nextMove, type Plan } from '../core/backup/course.ts'
import { defineJob } from '../flow/jobs/kind.ts'
import { named } from './deploy/ask.ts'
import { clearStep, tidyStep } from './backup/clear.ts'
import { trialEnd } from './backup/trial-end.ts'
import { checkStep, subsetOf, type VerifyMemory, verifiedEnd } from './backup/verify.ts'

const plan: Plan = {
  steps: ['clear', 'check'],
  mends: [],
  looks: ['clear', 'check'],
  extras: [],
  tidying: ['tidy'],
  failing: [],
  again: 0,
}

/** Reads the next part of a backup's repository; about `{ backup }`. */
export default defineJob<VerifyMemory>({
  kind: 'verify',
  locks: ({ backup }) => [`verify:${backup}`],
  subject: ({ backup }) => backup,
  touches: () => [],
  headline: ({ backup }) => t('verify-job-headline', { name: backup }),
  planned: () => [...plan.steps, ...plan.tidying],
  async ask(about, world) {
    const { name } = world.backup(named(about, 'backup'))
    const { part, of } = subsetOf(name, world)
    const now = world.now()
    return {
      about: { ...about, backup: name },
      memory: { backup: name, since: now, began: now, subset: null, damage: null },
      label: t('verify-job-label', { name }),
      facts: [],
      steps: [`restic check, reading part ${part} of ${of}`],
      warnings: [],
    }
  },
  steps: { clear: clearStep('verify'), check: checkStep, tidy: tidyStep('verify') },
  next(memory, trail) {
    const move = nextMove(plan, trail)
    if (!('end' in move)) return move
    if (move.end.outcome === 'done') return { end: verifiedEnd(memory) }
    const id = (outcome: string): string => `verify-job-${outcome}`
    return { end: trialEnd('verify', id, memory.backup, move.end) }
  },
})
