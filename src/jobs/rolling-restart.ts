import type { RollingRestartParams } from '../config/types.ts'
import { OperatorError } from '../contract/error.ts'
import { t } from '../contract/message.ts'
import { defineJob, type JobWorld } from '../flow/jobs/kind.ts'
import { choose } from './rolling-restart/choose.ts'
import { notBegun, type RollingMemory } from './rolling-restart/memory.ts'
import { nextOfRolling } from './rolling-restart/next.ts'
import { rollingSteps } from './rolling-restart/steps.ts'

function paramsOf(name: string, world: JobWorld): RollingRestartParams {
  const task = world.task(name)
  // Its params passed the schema of this kind when the config was read.
  if (task?.kind === 'rolling-restart') return task.params as RollingRestartParams
  throw new OperatorError(
    `there is no rolling restart ${name} any more`,
    'See what is under tasks in the config.',
  )
}

/** How a service is restarted, and what that costs. */
async function stepOf(name: string, world: JobWorld): Promise<string> {
  const { gap } = await world.services.get(name).reloading(world.signal)
  if (gap === null) return `restart ${name}, copy by copy, without a gap`
  return `restart ${name}: nobody answers for about ${Math.max(1, Math.round(gap / 1_000))} s`
}

export default defineJob<RollingMemory>({
  kind: 'rolling-restart',
  locks: ({ task }) => [`task:${task}`, 'rolling-restart'],
  subject: ({ task }) => task,
  touches: ({ services, at }) => services.slice(at, at + 1).map(({ name }) => name),
  headline: ({ task }) => t('rolling-running', { name: task }),
  stepText: (step, { services, at }) =>
    t(`rolling-step-${step}`, { name: services[at]?.name ?? '' }),
  planned: ({ services }) => services.flatMap(() => ['restart', 'settle', 'watch']),
  async ask(about, world) {
    const task = about['task'] ?? ''
    const { services: wanted, within, for: hold, watch } = paramsOf(task, world)
    const { services, leftOut } = await choose(wanted, world)
    const steps = await Promise.all(services.map(({ name }) => stepOf(name, world)))
    return {
      about,
      memory: {
        task,
        services,
        within,
        hold,
        watch,
        ...notBegun,
      },
      label: t('task-run', { name: task }),
      facts: [t('rolling-rule', { within: { span: within }, watch: { span: watch } })],
      steps,
      warnings: leftOut.length > 0 ? [t('rolling-left-out', { names: leftOut.join(', ') })] : [],
    }
  },
  steps: rollingSteps,
  next: nextOfRolling,
})
