import { t } from '../contract/message.ts'
import { nextMove } from '../core/deploy/course.ts'
import { defineJob } from '../flow/jobs/kind.ts'
import { askDeploy } from './deploy/ask.ts'
import { deployEnd, moveWith } from './deploy/end.ts'
import { deployLocks } from './deploy/locks.ts'
import { type DeployMemory, planOfMemory, plannedSteps } from './deploy/memory.ts'
import { deploySteps } from './deploy/steps.ts'

/** Builds a commit as a release of its own and makes it the live one; about `{ service, ref }`. */
export default defineJob<DeployMemory>({
  kind: 'deploy',
  live: true,
  locks: deployLocks,
  subject: ({ service }) => service,
  touches: ({ service }) => [service],
  headline: ({ service, short }) => t('deploy-headline', { service, short }),
  planned: plannedSteps,
  ask: askDeploy,
  steps: deploySteps,
  next: (memory, trail) =>
    moveWith(nextMove(planOfMemory(memory), memory, trail), (end) => deployEnd(memory, end)),
})
