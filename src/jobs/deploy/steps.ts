import type { JobStep } from '../../flow/jobs/kind.ts'
import { activateStep, backStep, startStep, stopStep, switchStep } from './change.ts'
import { bakeStep, coolStep, cutBackStep, cutOverStep, warmStep } from './colours.ts'
import { gateCopyStep, gateOldStep, gateStep } from './gate.ts'
import type { DeployMemory } from './memory.ts'
import { backupStep, buildStep, fetchStep, rehearseStep, validateStep } from './prepare.ts'
import { inspectStep, retireStep, tidyStep, withdrawStep } from './recover.ts'
import { waitStep } from './wait.ts'
import { baselineStep, watchStep } from './watch.ts'

/** Every step of deploys and rollbacks, by the names that their plans use. */
export const deploySteps: Readonly<Record<string, JobStep<DeployMemory>>> = {
  fetch: fetchStep,
  validate: validateStep,
  rehearse: rehearseStep,
  backup: backupStep,
  build: buildStep,
  warm: warmStep,
  'gate-copy': gateCopyStep,
  bake: bakeStep,
  baseline: baselineStep,
  switch: switchStep,
  activate: activateStep,
  stop: stopStep,
  start: startStep,
  'cut-over': cutOverStep,
  gate: gateStep,
  watch: watchStep,
  cool: coolStep,
  retire: retireStep,
  inspect: inspectStep,
  back: backStep,
  'activate-old': activateStep,
  'stop-new': stopStep,
  'start-old': startStep,
  'cut-back': cutBackStep,
  'gate-old': gateOldStep,
  withdraw: withdrawStep,
  tidy: tidyStep,
  wait: waitStep,
}
