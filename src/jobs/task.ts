import type { TaskConfig } from '../config/types.ts'
import { OperatorError } from '../contract/error.ts'
import type { Fix, FixContext, Step } from '../contract/fix.ts'
import { t } from '../contract/message.ts'
import { defineJob, type JobWorld, type StepContext } from '../flow/jobs/kind.ts'
import { nextOfTask, type TaskMemory } from './task/next.ts'

/** Where tasks are done: what a fix does elsewhere, it does at its check's host. */
const home = 'main'

/** A fix of a task, with what the config says about it. */
interface Doing {
  readonly config: TaskConfig
  readonly fix: Fix
}

function doingOf(name: string | undefined, world: JobWorld): Doing {
  const config = name === undefined ? undefined : world.task(name)
  const fix = config && world.fixKind(config.kind)
  if (config && fix) return { config, fix }
  throw new OperatorError(
    `there is no task ${name ?? ''} any more`,
    'See what is under tasks in the config.',
  )
}

const contextOf = (world: JobWorld, ordered: boolean): FixContext => ({
  host: world.host(home),
  services: world.services,
  reading: { subject: '', metrics: {} },
  signal: world.signal,
  now: world.now(),
  ordered,
})

async function planOf(doing: Doing, world: JobWorld, ordered: boolean): Promise<readonly Step[]> {
  const { config, fix } = doing
  const seen = await fix.look(config.params, contextOf(world, ordered))
  return fix.plan(seen, config.params).map((step) => ({ ...step, show: world.redact(step.show) }))
}

/** The service that a fix restarts: while it does, that is nobody else's. */
const serviceOf = ({ kind, params }: TaskConfig): string | null => {
  if (kind !== 'restart' || typeof params !== 'object' || params === null) return null
  return 'service' in params && typeof params.service === 'string' ? params.service : null
}

async function act(memory: TaskMemory, context: StepContext<TaskMemory>) {
  const { config, fix } = doingOf(memory.task, context)
  const results: string[] = []
  for (const step of memory.plan ?? []) {
    context.say(step.show)
    const { result } = await fix.act(
      step,
      config.params,
      contextOf(context, context.by !== undefined),
    )
    const clean = context.redact(result)
    context.say(clean)
    results.push(clean)
  }
  return { results }
}

const timeoutOf = ({ task }: TaskMemory, world: JobWorld): number =>
  doingOf(task, world).config.timeout

export default defineJob<TaskMemory>({
  kind: 'task',
  locks: ({ task, service }) => [`task:${task}`, ...(service === null ? [`fix:${task}`] : [])],
  subject: ({ task }) => task,
  touches: ({ service }) => (service === null ? [] : [service]),
  headline: ({ task }) => t('task-running', { name: task }),
  stepText: (step) => t(`task-step-${step}`),
  planned: ({ plan, service }) => [
    ...(plan === null ? ['look'] : []),
    service === null ? 'act' : 'restart',
  ],
  async ask(about, world) {
    const doing = doingOf(about['task'], world)
    const { name, kind } = doing.config
    // By schedule nobody is shown anything: it looks when it runs, where a failure is its own.
    const plan = about['scheduled'] === undefined ? await planOf(doing, world, true) : null
    return {
      about,
      memory: { task: name, kind, service: serviceOf(doing.config), plan, results: [] },
      label: t('task-run', { name }),
      facts: [],
      steps: (plan ?? []).map(({ show }) => show),
      warnings: plan?.length === 0 ? [t('task-nothing-now')] : [],
    }
  },
  steps: {
    look: {
      timeout: timeoutOf,
      cancellable: true,
      disturbs: 'nothing',
      run: async ({ task }, context) => ({
        plan: await planOf(doingOf(task, context), context, context.by !== undefined),
      }),
    },
    act: { timeout: timeoutOf, run: act },
    restart: { timeout: timeoutOf, disturbs: 'service', run: act },
  },
  next: nextOfTask,
})
