import { fileURLToPath } from 'node:url'
import type { Config } from './config/types.ts'
import type { Clock } from './contract/clock.ts'
import { messageOf } from './contract/error.ts'
import type { Host } from './contract/host.ts'
import type { House } from './contract/house.ts'
import type { Log } from './contract/log.ts'
import type { Chat } from './contract/message.ts'
import type { Rehearsing } from './contract/rehearsal.ts'
import type { Settings } from './contract/view.ts'
import { reloadRefused } from './core/say/note.ts'
import { type Flow, openFlow } from './flow/flow.ts'
import type { Kinds } from './flow/kinds.ts'
import type { Health } from './http/health.ts'
import type { ServiceRegistry } from './services.ts'
import type { Store } from './store/store.ts'
import { createTelegram, type Telegram } from './telegram/bot.ts'
import { createWords, type Words } from './telegram/words.ts'
import { portOf } from './port.ts'

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
}

export interface Mechanic {
  start(): Promise<void>
  stop(): Promise<void>
  /** A config that passed; `null` with its faults when it did not, and the old one stays in force. */
  reload(next: Config): Promise<void>
  refuse(issues: readonly string[]): void
  health(): Health
  readonly house: House
  readonly store: Store
}

/** How long what is under way may take to end when the program stops. */
const stopWithin = 10_000

const unreadable = (store: Store): readonly string[] => {
  try {
    store.ping()
    return []
  } catch (error) {
    return [`database: ${messageOf(error)}`]
  }
}

/** What may change while the program runs. */
interface Standing {
  config: Config
  words: Words
  loadedAt: number
  /** Why the config in the file is not the one in force. */
  problem: string | null
  /** Another program uses the token. */
  conflict: boolean
  /** Why the last round could not be stored. */
  fault: string | null
}

const wordsFor = ({ language, timezone: zone }: Config, clock: Clock): Words =>
  createWords({
    language,
    folder: fileURLToPath(new URL('../locales', import.meta.url)),
    zone,
    now: () => clock.now(),
  })

/** Where the bot writes by itself; groups move when they become supergroups. */
function chatOf({ config }: Standing, store: Store): Chat {
  const { chat: named } = config.notify
  const moved = store.meta.number(`moved:${named.id}`)
  return moved === null ? named : { id: moved }
}

function telegramFor(
  standing: Standing,
  { clock, log, store, kinds, token, apiRoot }: MechanicOutside,
  house: () => House,
): Telegram {
  return createTelegram({
    token,
    ...(apiRoot !== undefined && { apiRoot }),
    clock,
    log,
    words: {
      html: (text, longest) => standing.words.html(text, longest),
      plain: (text, longest) => standing.words.plain(text, longest),
    },
    handlers: [...kinds.handlers.values()],
    port: portOf(store, clock, log),
    killed: store.meta.number('alive-at') !== null && store.meta.number('stopped-at') === null,
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

function settingsOf(
  { config, loadedAt, problem }: Standing,
  telegram: Telegram,
  version: string,
  startedAt: number,
): Settings {
  const reachable = new Map(telegram.reachability().map((one) => [one.id, one.reachable]))
  return {
    version,
    configFile: config.file ?? 'built-in defaults',
    loadedAt,
    timezone: config.timezone,
    language: config.language,
    ...(config.notify.quietHours && { quietHours: config.notify.quietHours }),
    heartbeat: config.notify.heartbeat,
    operators: config.operators.map((operator) => ({
      ...operator,
      reachable: reachable.get(operator.id) ?? null,
    })),
    startedAt,
    memory: process.memoryUsage.rss(),
    ...(problem !== null && { problem }),
  }
}

function flowFor(
  standing: Standing,
  outside: MechanicOutside,
  telegram: Telegram,
  startedAt: number,
  stop: AbortSignal,
): Flow {
  const { log, store, services, redact, version } = outside
  return openFlow({
    ...outside,
    startedAt,
    stop,
    sender: telegram.sender,
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
    },
    settings: () => settingsOf(standing, telegram, version, startedAt),
  })
}

/** The whole bot, wired; nothing happens before `start`. */
export function createMechanic(config: Config, outside: MechanicOutside): Mechanic {
  const { clock, log, store, services } = outside
  const startedAt = clock.now()
  const fresh = { problem: null, conflict: false, fault: null }
  const standing: Standing = {
    config,
    words: wordsFor(config, clock),
    loadedAt: startedAt,
    ...fresh,
  }
  const stopping = new AbortController()
  const telegram: Telegram = telegramFor(standing, outside, () => flow.house)
  const flow: Flow = flowFor(standing, outside, telegram, startedAt, stopping.signal)

  return {
    house: flow.house,
    store,
    async start() {
      services.configure(standing.config)
      await flow.start()
      telegram.start()
    },
    async stop() {
      flow.pause()
      stopping.abort()
      try {
        await telegram.stop(stopWithin)
        await flow.stop()
      } finally {
        services.close()
      }
    },
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
      const { fault, conflict: holdsBack, loadedAt, problem } = standing
      const stored = fault === null ? [] : [`database: ${fault}`]
      return {
        faults: [...stored, ...unreadable(store), ...flow.faults()],
        telegram: telegram.state(),
        holdsBack,
        startedAt,
        config: { loadedAt, problem },
        ...flow.figures(),
      }
    },
  }
}
