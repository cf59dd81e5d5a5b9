import type { Config } from './config/types.ts'
import type { Clock } from './contract/clock.ts'
import { messageOf } from './contract/error.ts'
import type { Host } from './contract/host.ts'
import type { House } from './contract/house.ts'
import type { Log } from './contract/log.ts'
import type { Hooks } from './contract/push.ts'
import type { Rehearsing } from './contract/rehearsal.ts'
import { reloadRefused } from './core/say/note.ts'
import { type Flow, openFlow } from './flow/flow.ts'
import type { Kinds } from './flow/kinds.ts'
import type { Health } from './http/health.ts'
import { replicating } from './replicating.ts'
import type { ServiceRegistry } from './services.ts'
import type { Store } from './store/store.ts'
import { createTelegram, type Telegram } from './telegram/bot.ts'
import { createOwnCopies, type OwnCopies } from './own-copies.ts'
import { createOwnHealth, type OwnHealth, unreadable } from './own-health.ts'
import { hasJustEnded, portOf } from './port.ts'
import { snapshotsOf } from './snapshots.ts'
import { chatOf, settingsOf, type Standing, standingOf, wordsFor } from './standing.ts'
import { cronRuns, cronSchedule } from './schedule.ts'

export interface MechanicOutside {
  readonly clock: Clock
  readonly log: Log
  readonly store: Store
  readonly kinds: Kinds
  readonly hosts: ReadonlyMap<string, Host>
  readonly services: ServiceRegistry
  readonly redact: (text: string) => string
  readonly rehearsing: Rehearsing
  readonly token: string
  readonly apiRoot?: string
  readonly version: string
  /** Path of the state directory. */
  readonly home: string
  /** One request to an outside service; throws unless it is answered with success. */
  readonly ping: (url: string, signal: AbortSignal) => Promise<void>
  /** Loops are stuck for good: only a fresh start of the program helps. */
  readonly hopeless: (loops: readonly string[]) => void
}

export interface Mechanic {
  start(): Promise<void>
  stop(): Promise<void>
  /** Ends what has to outlive the store, once that is closed. */
  release(): Promise<void>
  /** A config that passed; `null` with its faults when it did not, and the old one stays in force. */
  reload(next: Config): Promise<void>
  refuse(issues: readonly string[]): void
  health(): Health
  /** Something is being done that a stop would interrupt. */
  busy(): boolean
  readonly house: House
  readonly hooks: Hooks
  readonly store: Store
}

/** How long what is under way may take to end when the program stops. */
const stopWithin = 10_000

function telegramFor(
  standing: Standing,
  { clock, log, store, kinds, token, apiRoot }: MechanicOutside,
  ownHealth: OwnHealth,
  house: () => House,
): Telegram {
  return createTelegram({
    token,
    ...(apiRoot !== undefined && { apiRoot }),
    clock,
    log,
    loop: ownHealth.loop('updates'),
    words: {
      html: (text, longest) => standing.words.html(text, longest),
      plain: (text, longest) => standing.words.plain(text, longest),
    },
    handlers: [...kinds.handlers.values()],
    port: portOf(store, clock, log),
    spent: hasJustEnded(store, clock.now()),
    house,
    operators: () => standing.config.operators,
    chat: () => chatOf(standing, store),
    onConflict(on) {
      standing.conflict = on
      if (on) log.error({}, 'another bot uses this token: nothing is fixed until it is gone')
      else log.info({}, 'the token is ours alone again')
    },
  })
}

function flowFor(
  standing: Standing,
  outside: MechanicOutside,
  telegram: Telegram,
  ownHealth: OwnHealth,
  startedAt: number,
  stop: AbortSignal,
): Flow {
  const { log, store, services, redact, version } = outside
  return openFlow({
    ...outside,
    startedAt,
    stop,
    loop: ownHealth.loop,
    sender: telegram.sender,
    schedule: cronSchedule,
    runs: cronRuns,
    chat: () => chatOf(standing, store),
    config: () => standing.config,
    fix: (name) => services.fixes().find((one) => one.name === name),
    heldBack: () => standing.conflict,
    unreachable() {
      const people = telegram.reachability()
      if (people.some(({ reachable }) => reachable === null)) return null
      return people.flatMap(({ name, reachable }) => (reachable === false ? [name] : []))
    },
    sweep: (now) => telegram.sweep(now),
    fault(error) {
      const seen = error === null ? null : redact(messageOf(error))
      if (seen !== null && seen !== standing.fault) log.error({ err: error }, 'a round failed')
      standing.fault = seen
      ownHealth.database(seen)
    },
    replicate: replicating({ ...outside, redact }),
    snapshots: snapshotsOf(outside),
    settings: () => settingsOf(standing, telegram, version, startedAt),
  })
}

/** None where there is no machine of its own to copy on. */
function ownCopiesFor(
  standing: Standing,
  outside: MechanicOutside,
  poke: () => void,
): OwnCopies | undefined {
  const { hosts, store, clock } = outside
  const host = hosts.get('main')
  return (
    host &&
    createOwnCopies({
      ...outside,
      host,
      tell(message) {
        const chat = chatOf(standing, store)
        store.outbox.post({ kind: 'note', chat, message, sound: false, at: clock.now() })
        poke()
      },
    })
  )
}

/** The whole bot, wired; nothing happens before `start`. */
export function createMechanic(config: Config, outside: MechanicOutside): Mechanic {
  const { clock, log, store, services } = outside
  const startedAt = clock.now()
  const standing = standingOf(config, clock)
  const stopping = new AbortController()
  const faults = (): readonly string[] =>
    standing.fault === null ? unreadable(store) : [`database: ${standing.fault}`]
  const ownHealth = createOwnHealth({
    ...outside,
    faults,
    config: () => standing.config,
    sender: () => telegram.sender,
    targets: () => flow.targets(),
    chat: () => chatOf(standing, store),
    busy: () => flow.busy(),
    awayFor: () => telegram.awayFor(),
  })
  const ownCopies = ownCopiesFor(standing, outside, () => flow.poke())
  const telegram: Telegram = telegramFor(standing, outside, ownHealth, () => flow.house)
  const flow: Flow = flowFor(standing, outside, telegram, ownHealth, startedAt, stopping.signal)

  return {
    house: flow.house,
    hooks: flow.hooks,
    store,
    busy: flow.busy,
    async start() {
      services.configure(standing.config)
      await flow.start()
      telegram.start()
      ownHealth.start()
      ownCopies?.start()
    },
    async stop() {
      ownHealth.stop()
      await ownCopies?.stop()
      flow.pause()
      stopping.abort()
      try {
        await telegram.stop(stopWithin)
        await flow.stop()
      } finally {
        services.close()
      }
    },
    release: flow.release,
    async reload(next) {
      const before = { ...standing }
      const now = { config: next, words: wordsFor(next, clock), loadedAt: clock.now() }
      Object.assign(standing, now, { problem: null })
      try {
        services.configure(next)
        await flow.reconfigure()
      } catch (error) {
        Object.assign(standing, before)
        services.configure(before.config)
        throw error
      }
      telegram.refresh()
      ownHealth.reconfigure()
      log.info({ file: next.file }, 'config reloaded')
    },
    refuse(issues) {
      const at = clock.now()
      standing.problem = issues[0] ?? 'unknown'
      const message = reloadRefused(at, issues)
      const chat = chatOf(standing, store)
      log.error({ issues }, 'config not reloaded, the one before stays in force')
      try {
        store.outbox.post({ kind: 'note', chat, message, sound: false, at })
        flow.poke()
      } catch (error) {
        log.error({ err: error }, 'nobody could be told of it')
      }
    },
    health() {
      const { conflict: holdsBack, loadedAt, problem } = standing
      return {
        faults: [...faults(), ...ownHealth.stuck()],
        telegram: telegram.state(),
        holdsBack,
        startedAt,
        config: { loadedAt, problem },
        pingOut: ownHealth.pingOut(),
        ...flow.figures(),
      }
    },
  }
}
