import type { TaskConfig } from '../../config/types.ts'
import type { About } from '../../contract/house.ts'
import type { TaskView } from '../../contract/view.ts'
import type { Context } from '../context.ts'
import { keyOf } from '../views.ts'

/** The job that does a task. */
export interface TaskJob {
  readonly kind: string
  readonly about: About
  /** What the job calls its subject. */
  readonly subject: string
}

/**
 * A task that is about something else, a backup, is the job of its own kind. The others have settings
 * that the job looks up by the task's name: one of their own kind, or the one that runs fixes.
 */
export function jobOf({ name, kind, about }: TaskConfig): TaskJob {
  if (about) return { kind, about, subject: Object.values(about).join(' ') }
  const job = kind === 'rolling-restart' ? kind : 'task'
  return { kind: job, about: { task: name }, subject: name }
}

/** What is scheduled, in the order of the config. */
export function taskViews(
  { config, store }: Context,
  nextOf: (task: string) => number | null,
): readonly TaskView[] {
  const open = store.jobs.open()
  return config().tasks.map((task) => {
    const { name, kind, schedule } = task
    const { kind: job, about, subject } = jobOf(task)
    const last = store.jobs.lastOf(job, subject)
    return {
      name,
      key: keyOf(name),
      kind,
      job,
      about,
      schedule,
      next: nextOf(name),
      ...(last?.end && {
        last: { at: last.startedAt, ok: last.end.ok, text: last.end.text },
      }),
      running: open.some((one) => one.kind === job && one.subject === subject),
    }
  })
}
