import type { TaskConfig } from '../../config/types.ts'
import type { TaskView } from '../../contract/view.ts'
import { isWorthCatchingUp, newestMissed } from '../../core/tasks/missed.ts'
import type { Scheduling } from '../acting.ts'
import type { Schedule, Scheduled } from '../outside.ts'
import { createAgreement } from './agreement.ts'
import { createStarting, type StartingOutside } from './starting.ts'
import { jobOf, taskViews } from './views.ts'

export interface TasksOutside extends StartingOutside {
  readonly schedule: Schedule
}

/** So many runs to come are written down: what a start needs to see what it has missed. */
const remembered = 24

const plannedName = (task: string): string => `task-planned:${task}`

interface Timed {
  readonly schedule: string
  readonly zone: string
  readonly timer: Scheduled
}

/** Has the tasks run at the times that are agreed upon. */
export function createTasks(outside: TasksOutside) {
  const { context, stop, poke } = outside
  const { clock, store } = context
  const agreement = createAgreement(context)
  const { note, start, settled } = createStarting(outside)
  const timers = new Map<string, Timed>()
  /** Tasks of which a start has not yet seen what they missed. */
  const behind = new Set<string>()

  const taskOf = (name: string): TaskConfig | undefined =>
    context.config().tasks.find((one) => one.name === name)

  const nextOf = (name: string): number | null => timers.get(name)?.timer.next(1)[0] ?? null

  /** Writes down when it should run, for a start that finds it has not. */
  const plan = (name: string): void => {
    const timer = timers.get(name)?.timer
    if (timer) store.meta.setText(plannedName(name), JSON.stringify(timer.next(remembered)))
  }

  const due = (name: string): void => {
    const task = taskOf(name)
    if (task && !stop.aborted) start(task, 'schedule', nextOf(name), () => plan(name))
  }

  /** It has begun since then: only the note of that is missing. */
  const hasBegun = (task: TaskConfig, since: number): boolean => {
    const { kind, subject } = jobOf(task)
    const last = store.jobs.lastOf(kind, subject)
    const open = store.jobs.open().filter((job) => job.kind === kind && job.subject === subject)
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
    const next = nextOf(name)
    if (isWorthCatchingUp({ planned, now, next }))
      return start(task, 'missed', next, () => plan(name))
    note('task-skipped', 'too-late', name, { planned: missed })
    plan(name)
  }

  const drop = (name: string): void => {
    timers.get(name)?.timer.cancel()
    timers.delete(name)
  }

  /** Timers for what is in force, those that go on left alone. Returns the names of new ones. */
  const arrange = (): readonly string[] => {
    const all = agreement.inForce()
    const goesOn = (name: string): boolean => {
      const timed = timers.get(name)
      const planned = all.find((one) => one.name === name)
      return planned?.schedule === timed?.schedule && planned?.zone === timed?.zone
    }
    for (const name of Array.from(timers.keys())) if (!goesOn(name)) drop(name)
    const fresh = all.filter(({ name }) => !timers.has(name))
    for (const { name, schedule, zone } of fresh) {
      const timer = outside.schedule(schedule, zone, () => due(name))
      timers.set(name, { schedule, zone, timer })
    }
    return fresh.map(({ name }) => name)
  }

  const rearrange = (): void => {
    for (const name of arrange()) plan(name)
  }

  const scheduling: Scheduling = {
    prepare: agreement.prepare,
    apply(fingerprint, by) {
      const outcome = agreement.apply(fingerprint, by)
      rearrange()
      return outcome
    },
  }

  return {
    scheduling,
    settled,
    /** When everything else is up: also what was missed meanwhile. To be called until it does not throw. */
    start(): void {
      agreement.review()
      for (const name of arrange()) behind.add(name)
      for (const name of Array.from(behind)) {
        catchUp(name)
        behind.delete(name)
      }
      poke()
    },
    /** The config has been read anew. */
    reconfigure(): void {
      agreement.review()
      rearrange()
      poke()
    },
    list: (): readonly TaskView[] => taskViews(context, nextOf),
    stop(): void {
      for (const name of Array.from(timers.keys())) drop(name)
    },
  }
}
