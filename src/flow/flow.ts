import type { House } from '../contract/house.ts'
import { createActing } from './acting.ts'
import { backupsOf } from './backups/house.ts'
import type { Context } from './context.ts'
import { createHouse } from './house.ts'
import { createPushes, type PushJobs } from './pushes.ts'
import type { Jobs } from './jobs/engine.ts'
import { createOrdering } from './ordering.ts'
import type { FlowOutside } from './outside.ts'
import { createRecovery } from './recovery.ts'
import { createReminders } from './reminders.ts'
import { createRounds } from './rounds.ts'
import { openStages, type Stages } from './stages.ts'
import { createSummaries, type Summaries } from './summaries.ts'
import { busyError } from './taken.ts'
import type { Target } from './target.ts'
import { createTasks } from './tasks/tasks.ts'
import { isAbsent } from './views.ts'

/** How long a step that is being done may take to end when the program stops. */
const lastStep = 12_000

export type Flow = ReturnType<typeof openFlow>

function openRounds(
  outside: FlowOutside,
  stages: Stages,
  summaries: Summaries,
  catchUp: () => void,
) {
  const { context, telling, fixing, recording, targets, delivering } = stages
  const { startedAt, sweep, fault, services, loop } = outside
  return createRounds({
    context,
    telling,
    fixing,
    summaries,
    reminders: createReminders(context),
    recording,
    catchUp,
    startedAt,
    sweep,
    fault,
    loop: loop('rounds'),
    poke: delivering.poke,
    met: () => outside.unreachable() !== null,
    arrive: () =>
      summaries.arrive({
        at: context.clock.now(),
        host: 'main',
        checks: [...targets.all().values()].filter((target) => !isAbsent(target)).length,
        services: services.all().length,
        unreachable: outside.unreachable() ?? [],
      }),
  })
}

/** What a push may do about jobs. */
const pushJobs = ({ store }: Context, jobs: Jobs): PushJobs => ({
  async begin(kind, about, by) {
    const ordered = await jobs.order({ kind, about, by })
    if ('held' in ordered) throw busyError(ordered.held)
  },
  deployedAt: (service) => store.jobs.begunAt('deploy', service),
})

/** The motion of the program: its stages, and what time and operators do to them. */
export function openFlow(outside: FlowOutside) {
  const { clock, store, services, stop, settings } = outside
  const end = new AbortController()
  const stages = openStages(outside, end.signal)
  const { context, telling, incidents, checking, fixing, jobs, targets, delivering } = stages
  const { knowing } = stages
  const { poke } = delivering
  const ordering = createOrdering(stages)
  const { schedule } = outside
  const tasks = createTasks({ context, schedule, stop, order: jobs.order, poke })
  const acting = createActing({ context, ordering, jobs, scheduling: tasks.scheduling })
  const summaries = createSummaries(context, knowing)
  const recover = createRecovery({ ...stages, ordering, poke })
  /** What the start could not write down, because of a full disk for one, is made good later. */
  const left: (() => void)[] = [recover]
  const catchUp = (): void => {
    for (let next = left[0]; next; next = left[0]) {
      next()
      left.shift()
    }
  }
  /** A backup is as old as its entry in the config until it has run. */
  const noteBackups = (): void => {
    for (const { name } of outside.config().backups) store.backups.know(name, clock.now())
  }
  const rounds = openRounds(outside, stages, summaries, catchUp)
  const hooks = createPushes({ context, jobs: pushJobs(context, jobs), poke })
  const house: House = createHouse({
    context,
    incidents,
    telling,
    acting,
    jobs,
    tasks: tasks.list,
    backups: backupsOf({ ...outside, context, knowing, tasks: tasks.list, poke }),
    summaries,
    services,
    poke,
    stop,
    settings,
    tests: stages.tests,
    rehearsing: outside.rehearsing,
  })

  return {
    house,
    hooks,
    poke,
    async start(): Promise<void> {
      await jobs.recall()
      const lastAlive = store.meta.number('alive-at')
      const clean = store.meta.number('stopped-at')
      const now = clock.now()
      left.push(() => store.meta.clear('stopped-at'))
      if (lastAlive !== null && clean === null) left.push(() => summaries.wasBlind(lastAlive, now))
      await targets.refresh()
      targets.schedule(() => summaries.heartbeat())
      left.push(noteBackups, hooks.recover, tasks.start)
      stages.replicas.start()
      rounds.start()
      poke()
    },
    reconfigure: async (): Promise<void> => {
      await targets.refresh()
      targets.schedule(() => summaries.heartbeat())
      noteBackups()
      tasks.reconfigure()
      stages.replicas.reconfigure()
    },
    /** Stops looking and deciding; what is under way goes on until `stop`. */
    pause(): void {
      rounds.stop()
      tasks.stop()
      targets.stop()
      checking.stopAll()
    },
    async stop(): Promise<void> {
      const limit = clock.after(lastStep, () => end.abort())
      await Promise.all([tasks.settled(), fixing.settled(), jobs.settled()])
      limit.cancel()
      await delivering.stop()
      try {
        stages.replicas.rest()
        store.meta.set('stopped-at', clock.now())
        stages.recording.write()
      } catch (error) {
        outside.fault(error)
      }
    },
    /** Ends what replicates: last of all, so that it has seen the store's last write. */
    release: (): Promise<void> => stages.replicas.stop(),
    targets: (): ReadonlyMap<string, Target> => targets.all(),
    /** Something is being done that a stop would interrupt. */
    busy: (): boolean => context.work.count() > 0,
    figures: () => ({
      checks: targets.all().size,
      openIncidents: store.incidents.open().length,
      outbox: delivering.state(),
    }),
  }
}
