import type { TaskConfig } from '../../config/types.ts'
import { messageOf } from '../../contract/error.ts'
import type { About } from '../../contract/house.ts'
import { taskNotBegun } from '../../core/say/tasks.ts'
import type { Context } from '../context.ts'
import { jobOf } from './views.ts'

/** What came of an order: a job, or somebody who holds its lock. */
export type TaskOrdered =
  | { readonly begun: number }
  | { readonly held: { readonly what: string } }
  | { readonly already: true }
  | { readonly changed: true }

/** schedule: it is due · missed: it was, while nobody was there. */
export type Cause = 'schedule' | 'missed'

export interface StartingOutside {
  readonly context: Context
  /** Aborted when the program stops. */
  readonly stop: AbortSignal
  /** Begins a job. @throws OperatorError when it cannot be done */
  readonly order: (order: { readonly kind: string; readonly about: About }) => Promise<TaskOrdered>
  readonly poke: () => void
}

/** Begins tasks that are due; nobody has ordered them, so that nobody waits for an answer. */
export function createStarting({ context, stop, order, poke }: StartingOutside) {
  const { clock, store, log } = context
  /** Starts that are on their way, each until its job is written down. */
  const starting = new Set<Promise<void>>()

  const note = (kind: string, reason: string, task: string, detail: object = {}): void =>
    store.events.add({ at: clock.now(), kind, reason, detail: { task, ...detail } })

  const tell = (name: string, error: unknown, next: number | null): void => {
    const why = context.redact(messageOf(error))
    const at = clock.now()
    const message = taskNotBegun(at, name, why, next)
    store.atomically(() => {
      note('task-not-begun', 'failed', name, { why })
      store.outbox.post({ kind: 'task', chat: context.chat(), message, sound: false, at })
    })
    poke()
  }

  const begin = async (task: TaskConfig, cause: Cause, next: number | null): Promise<void> => {
    const { name } = task
    if (context.heldBack()) return note('task-skipped', 'held-back', name)
    try {
      const { kind, about } = jobOf(task)
      const ordered = await order({ kind, about: { ...about, scheduled: cause } })
      if (!('held' in ordered)) return
      log.info({ task: name, holder: ordered.held.what }, 'a task was due while it was locked')
      note('task-skipped', 'locked', name, { holder: ordered.held.what })
    } catch (error) {
      if (stop.aborted) return
      log.error({ err: error, task: name }, 'a task could not begin')
      tell(name, error, next)
    }
  }

  return {
    note,
    /** Begins it; `then` is called once that is written down, or it was left out. */
    start(task: TaskConfig, cause: Cause, next: number | null, then: () => void): void {
      const going = begin(task, cause, next)
        .then(then)
        .catch((error: unknown) => log.error({ err: error }, 'a task could not be noted'))
        .finally(() => starting.delete(going))
      starting.add(going)
    },
    /** Everything that was on its way has begun, or has not. */
    settled: async (): Promise<void> => void (await Promise.allSettled(starting)),
  }
}
