import type { Config, FixConfig, ServiceConfig } from '../config/types.ts'
import type { Clock } from '../contract/clock.ts'
import type { Host } from '../contract/host.ts'
import type { House } from '../contract/house.ts'
import type { Log } from '../contract/log.ts'
import type { Chat } from '../contract/message.ts'
import type { Sender } from '../contract/sender.ts'
import type { Manager, Services } from '../contract/service.ts'
import type { Settings } from '../contract/view.ts'
import { createActing } from './acting.ts'
import { createAttempting } from './attempting.ts'
import { createChecking } from './checking.ts'
import type { Context } from './context.ts'
import { createDelivering } from './delivering.ts'
import { createFixing } from './fixing.ts'
import { createHouse } from './house.ts'
import { createIncidents } from './incidents.ts'
import { createJudging } from './judging.ts'
import type { Kinds } from './kinds.ts'
import { createProbing } from './probing.ts'
import { recover } from './recovery.ts'
import { createRounds } from './rounds.ts'
import { createSummaries } from './summaries.ts'
import type { Store } from '../store/store.ts'
import { createTargets } from './targets.ts'
import type { Target } from './target.ts'
import { createTelling } from './telling.ts'
import { everySubject } from './verifying.ts'
import { isAbsent } from './views.ts'
import { createWork } from './work.ts'

/** The services as the flow needs them: what plug-ins see, and which there are. */
export interface FlowServices extends Services {
  all(): readonly ServiceConfig[]
  get(name: string): Manager
  discover(signal: AbortSignal): Promise<boolean>
  watch(service: string, changed: () => void): () => void
  watchDiscovery(changed: () => void): () => void
}

export interface FlowOutside {
  readonly clock: Clock
  readonly log: Log
  readonly store: Store
  readonly kinds: Kinds
  readonly hosts: ReadonlyMap<string, Host>
  readonly services: FlowServices
  readonly sender: Sender
  readonly redact: (text: string) => string
  readonly startedAt: number
  /** Aborted when the program stops. */
  readonly stop: AbortSignal
  config(): Config
  fix(name: string): FixConfig | undefined
  chat(): Chat
  heldBack(): boolean
  /** Names of operators who cannot be written to. */
  unreachable(): readonly string[]
  sweep(now: number): void
  fault(error: unknown): void
  settings(): Settings
}

/** How long a step that is being done may take to end when the program stops. */
const lastStep = 12_000

export type Flow = ReturnType<typeof openFlow>

/** The stages in their order: probe → judge → incident → fix → tell; see docs/architecture.md. */
export function openFlow(outside: FlowOutside) {
  const { clock, log, store, services, redact, stop } = outside
  const work = createWork(clock)
  const end = new AbortController()
  const context: Context = {
    clock,
    log,
    store,
    work,
    redact,
    kinds: outside.kinds,
    config: outside.config,
    services: () => services.all(),
    targets: () => targets.all(),
    fix: outside.fix,
    chat: outside.chat,
    heldBack: outside.heldBack,
    firstRun: () => store.meta.number('arrived-at') === null,
  }
  const poke = (): void => delivering.poke()
  const watch = (target: Target, changed: () => void): (() => void) =>
    target.service ? services.watch(target.service.name, changed) : () => undefined

  const telling = createTelling(context)
  const incidents = createIncidents(context, telling)
  const probing = createProbing({ clock, log, services, redact })
  const evidenceOf = (target: Target, subject: string) => {
    const reading = target.live.readings.find((one) => one.subject === subject)
    return reading ? probing.evidence(target, reading, stop) : Promise.resolve([])
  }

  const judging = createJudging({
    context,
    incidents,
    remedyFor: (target, subject, cause) => fixing.remedyFor(target, subject, cause),
    opened: (target, reading, id) => {
      const incident = store.incidents.get(id)
      if (incident) fixing.consider(incident)
      if (incident?.cause !== 'threshold') return
      void probing.evidence(target, reading, stop).then((evidence) => {
        const current = store.incidents.get(id)
        if (!current || current.endedAt !== null || evidence.length === 0) return
        store.atomically(() => incidents.update(current, { evidence }))
        poke()
      })
    },
  })
  const checking = createChecking({
    clock,
    probing,
    watch,
    take: (target, seen) => {
      try {
        const doubt = judging.take(target, seen)
        outside.fault(null)
        return doubt
      } catch (error) {
        outside.fault(error)
        return true
      } finally {
        poke()
      }
    },
  })
  const attempting = createAttempting(context, {
    clock,
    watch,
    services,
    stop,
    end: end.signal,
    look: (target) => checking.again(target),
    onChange: (attempt) => {
      const incident = attempt.incident === null ? undefined : store.incidents.get(attempt.incident)
      if (incident && attempt.state === 'verifying' && attempt.by === undefined)
        fixing.verifying(incident)
      poke()
    },
  })
  const fixing = createFixing({
    context,
    incidents,
    attempting,
    stop,
    evidence: evidenceOf,
    settled: (of, subject, by) => {
      // A reload may have replaced it meanwhile.
      const target = targets.all().get(of.id) ?? of
      if (subject !== everySubject) return judging.settle(target, 'threshold', subject, by)
      for (const { subject: each } of target.live.readings) {
        judging.settle(target, 'threshold', each, by)
        judging.settle(target, 'stopped', each, by)
      }
    },
    hurry: (target) => {
      checking.hurry(target.id)
      poke()
    },
  })
  const targets = createTargets({ ...outside, checking, judging })
  const acting = createActing({ context, fixing, attempting })
  const summaries = createSummaries(context)
  const house: House = createHouse({
    context,
    incidents,
    telling,
    acting,
    summaries,
    services,
    poke,
    stop,
    settings: outside.settings,
  })
  const delivering = createDelivering({
    clock,
    log,
    store,
    sender: outside.sender,
    elsewhere: (tried) =>
      outside
        .config()
        .operators.filter(({ role }) => role !== 'viewer')
        .find(({ id }) => !tried.includes(id))?.id,
  })
  const rounds = createRounds({
    context,
    telling,
    fixing,
    summaries,
    poke,
    startedAt: outside.startedAt,
    sweep: outside.sweep,
    fault: outside.fault,
    arrive: () =>
      summaries.arrive({
        at: clock.now(),
        host: 'main',
        checks: [...targets.all().values()].filter((target) => !isAbsent(target)).length,
        services: services.all().length,
        unreachable: outside.unreachable(),
      }),
  })

  return {
    house,
    poke,
    async start(): Promise<void> {
      const lastAlive = store.meta.number('alive-at')
      const clean = store.meta.number('stopped-at')
      store.meta.clear('stopped-at')
      await targets.refresh()
      recover({ context, fixing, acting, poke })
      if (lastAlive !== null && clean === null) summaries.wasBlind(lastAlive, clock.now())
      targets.schedule(() => summaries.heartbeat())
      rounds.start()
      poke()
    },
    reconfigure: async (): Promise<void> => {
      await targets.refresh()
      targets.schedule(() => summaries.heartbeat())
    },
    /** Stops looking and deciding; what is under way goes on until `stop`. */
    pause(): void {
      rounds.stop()
      targets.stop()
      checking.stopAll()
    },
    async stop(): Promise<void> {
      const limit = clock.after(lastStep, () => end.abort())
      await fixing.settled()
      limit.cancel()
      await delivering.stop()
      store.meta.set('stopped-at', clock.now())
    },
    faults: (): readonly string[] => [...rounds.faults(), ...delivering.faults()],
    figures: () => ({
      checks: targets.all().size,
      openIncidents: store.incidents.open().length,
      outbox: delivering.state(),
    }),
  }
}
