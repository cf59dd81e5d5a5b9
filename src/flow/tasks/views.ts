import type { TaskConfig } from '../../config/types.ts'
import type { TaskView } from '../../contract/view.ts'
import type { Context } from '../context.ts'
import { keyOf } from '../views.ts'

/** The kind of job that does a task: its own, where it is one, else the one that runs fixes. */
export const jobKindOf = ({ kind }: Pick<TaskConfig, 'kind'>): string =>
  kind === 'rolling-restart' ? kind : 'task'

/** What is scheduled, in the order of the config. */
export function taskViews(
  { config, store }: Context,
  nextOf: (task: string) => number | null,
): readonly TaskView[] {
  const open = store.jobs.open()
  return config().tasks.map((task) => {
    const { name, kind, schedule } = task
    const job = jobKindOf(task)
    const last = store.jobs.lastOf(job, name)
    return {
      name,
      key: keyOf(name),
      kind,
      job,
      schedule,
      next: nextOf(name),
      ...(last?.end && {
        last: { at: last.startedAt, ok: last.end.ok, text: last.end.text },
      }),
      running: open.some((one) => one.kind === job && one.subject === name),
    }
  })
}
