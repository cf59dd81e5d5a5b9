import type { TaskConfig } from '../../config/types.ts'
import { messageOf } from '../../contract/error.ts'
import type { About } from '../../contract/house.ts'
import type { TaskView } from '../../contract/view.ts'
import { taskNotBegun } from '../../core/say/tasks.ts'
import { isWorthCatchingUp, newestMissed } from '../../core/tasks/missed.ts'
import type { Scheduling } from '../acting.ts'
import type { Context } from '../context.ts'
import type { Schedule, Scheduled } from '../outside.ts'
import { createAgreement } from './agreement.ts'
import { jobKindOf, taskViews } from './views.ts'

/** What came of an order: a job, or somebody who holds its lock. */
export type TaskOrdered =
  | { readonly begun: number }
  | { readonly held: { readonly what: string } }
  | { readonly already: true }

export interface TasksOutside {
  readonly context: Context
  readonly schedule: Schedule
  /** Aborted when the program stops. */
  readonly stop: AbortSignal
  /** Begins a job. @throws OperatorError when it cannot be done */
  readonly order: (order: { readonly kind: string; readonly about: About }) => Promise<TaskOrdered>
  readonly poke: () => void
}

export type Tasks = ReturnType<typeof createTasks>

/** So many runs to come are written down: what a start needs to see what it has missed. */
const remembered = 24

const plannedName = (task: string): string => `task-planned:${task}`

interface Timed {
  readonly schedule: string
  readonly timer: Scheduled
}

/** Has the tasks run at their times, in the zone of the config. */
export function createTasks(outside: TasksOutside) {
  const { context, stop } = outside
  const { clock, store, log } = context
  const agreement = createAgreement(context)
  const timers = new Map<string, Timed>()
  /** Starts that are on their way, each until its job is written down. */
  const starting = new Set<Promise<void>>()
  /** Tasks of which a start has not yet seen what they missed. */
  const behind = new Set<string>()
  let zone = ''

  const taskOf = (name: string): TaskConfig | undefined =>
    context.config().tasks.find((one) => one.name === name)

  const nextOf = (name: string): number | null => timers.get(name)?.timer.next(1)[0] ?? null

  const note = (kind: string, reason: string, task: string, detail: object = {}): void =>
    store.events.add({ at: clock.now(), kind, reason, detail: { task, ...detail } })

  /** Writes down when it should run, for a start that finds it has not. */
  const plan = (name: string): void => {
    const timer = timers.get(name)?.timer
    if (timer) store.meta.setText(plannedName(name), JSON.stringify(timer.next(remembered)))
  }

  const tell = (name: string, error: unknown): void => {
    const why = context.redact(messageOf(error))
    const at = clock.now()
    const message = taskNotBegun(at, name, why, nextOf(name))
    store.atomically(() => {
      note('task-not-begun', 'failed', name, { why })
      store.outbox.post({ kind: 'note', chat: context.chat(), message, sound: false, at })
    })
    outside.poke()
  }

  /** Begins a task that is due; it is at most once begun for each of its times. */
  const begin = async (task: TaskConfig, reason: 'schedule' | 'missed'): Promise<void> => {
    const { name } = task
    if (context.heldBack()) return note('task-skipped', 'held-back', name)
    try {
      const about = { task: name, scheduled: reason }
      const ordered = await outside.order({ kind: jobKindOf(task), about })
      if ('held' in ordered) {
        log.info({ task: name, holder: ordered.held.what }, 'a task was due while it was locked')
        note('task-skipped', 'locked', name, { holder: ordered.held.what })
      }
    } catch (error) {
      if (stop.aborted) return
      log.error({ err: error, task: name }, 'a task could not begin')
      tell(name, error)
    }
  }

  const start = (task: TaskConfig, reason: 'schedule' | 'missed'): void => {
    const going = begin(task, reason)
      .then(() => plan(task.name))
      .catch((error: unknown) => log.error({ err: error }, 'a task could not be noted'))
      .finally(() => starting.delete(going))
    starting.add(going)
  }

  const due = (name: string): void => {
    const task = taskOf(name)
    if (task && !stop.aborted) start(task, 'schedule')
  }

  /** It has begun since then: only the note of that is missing. */
  const hasBegun = (task: TaskConfig, since: number): boolean => {
    const kind = jobKindOf(task)
    const last = store.jobs.lastOf(kind, task.name)
    const open = store.jobs.open().filter((job) => job.kind === kind && job.subject === task.name)
    return [...open, ...(last ? [last] : [])].some(({ startedAt }) => startedAt >= since)
  }

  /** What nobody was there for, while it is still useful. */
  const catchUp = (name: string): void => {
    const task = taskOf(name)
    const text = store.meta.text(plannedName(name))
    const planned = text === null ? [] : (JSON.parse(text) as readonly number[])
    const now = clock.now()
    const missed = newestMissed({ planned, now })
    if (!task || missed === null || hasBegun(task, missed)) return plan(name)
    if (isWorthCatchingUp({ planned, now, next: nextOf(name) })) return start(task, 'missed')
    note('task-skipped', 'too-late', name, { planned: missed })
    plan(name)
  }

  const drop = (name: string): void => {
    timers.get(name)?.timer.cancel()
    timers.delete(name)
  }

  /** Timers for what is in force, those that go on left alone. Returns the names of new ones. */
  const arrange = (): readonly string[] => {
    const { timezone } = context.config()
    const all = agreement.inForce()
    const goesOn = (name: string): boolean =>
      zone === timezone &&
      all.some((one) => one.name === name && one.schedule === timers.get(name)?.schedule)
    for (const name of Array.from(timers.keys())) if (!goesOn(name)) drop(name)
    zone = timezone
    const fresh = all.filter(({ name }) => !timers.has(name))
    for (const { name, schedule } of fresh)
      timers.set(name, {
        schedule,
        timer: outside.schedule(schedule, timezone, () => due(name)),
      })
    return fresh.map(({ name }) => name)
  }

  const scheduling: Scheduling = {
    prepare: agreement.prepare,
    apply(fingerprint, by) {
      const outcome = agreement.apply(fingerprint, by)
      for (const name of arrange()) plan(name)
      return outcome
    },
  }

  return {
    /** When everything else is up: also what was missed meanwhile. To be called until it does not throw. */
    start(): void {
      agreement.review()
      for (const name of arrange()) behind.add(name)
      for (const name of Array.from(behind)) {
        catchUp(name)
        behind.delete(name)
      }
      outside.poke()
    },
    /** The config has been read anew. */
    reconfigure(): void {
      agreement.review()
      for (const name of arrange()) plan(name)
      outside.poke()
    },
    scheduling,
    list: (): readonly TaskView[] => taskViews(context, nextOf),
    stop(): void {
      for (const name of Array.from(timers.keys())) drop(name)
    },
    /** Everything that was on its way has begun or not. */
    settled: async (): Promise<void> => void (await Promise.allSettled([...starting])),
  }
}
