import { t } from '../contract/message.ts'
import { nextRestore } from '../core/restore/course.ts'
import { defineJob, type JobStep } from '../flow/jobs/kind.ts'
import { askRestore } from './restore/ask.ts'
import { restoreEnd } from './restore/end.ts'
import { fetchStep } from './restore/fetch.ts'
import { planOf, plannedSteps, type RestoreMemory } from './restore/memory.ts'
import { clearStep, inspectStep, placeStep, safetyStep, tidyStep } from './restore/prepare.ts'
import { proveStep } from './restore/prove.ts'
import { gateStep, startStep, stopStep } from './restore/services.ts'
import { backStep, lookStep, swapStep } from './restore/swap.ts'

const steps: Readonly<Record<string, JobStep<RestoreMemory>>> = {
  clear: clearStep,
  inspect: inspectStep,
  fetch: fetchStep,
  prove: proveStep,
  place: placeStep,
  safety: safetyStep,
  stop: stopStep,
  'swap-in': swapStep,
  'look-swap': lookStep,
  'swap-back': backStep,
  start: startStep,
  gate: gateStep,
  'start-again': startStep,
  'gate-old': gateStep,
  tidy: tidyStep,
}

/**
 * Brings a backup back, to the side or over live data; about `{ backup, what, to }`, where `what` is
 * a snapshot or a time, in words.
 */
export default defineJob<RestoreMemory>({
  kind: 'restore',
  live: true,
  locks: ({ backup, data }) => [`restore:${backup}`, ...data],
  subject: ({ backup }) => backup,
  touches: ({ services }) => services,
  headline: ({ backup, to }) =>
    t(to === 'side' ? 'restore-headline-side' : 'restore-headline-live', { backup }),
  planned: plannedSteps,
  ask: askRestore,
  steps,
  next(memory, trail) {
    const move = nextRestore(planOf(memory), memory, trail)
    return 'end' in move ? { end: restoreEnd(memory, move.end) } : move
  },
})
