import { fileURLToPath } from 'node:url'
import type { Config, FixConfig } from './config/types.ts'
import type { Clock } from './contract/clock.ts'
import { messageOf } from './contract/error.ts'
import type { Host } from './contract/host.ts'
import type { House } from './contract/house.ts'
import type { Log } from './contract/log.ts'
import type { Chat } from './contract/message.ts'
import { reloadRefused } from './core/say/note.ts'
import { openFlow } from './flow/flow.ts'
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

/** The whole bot, wired; nothing happens before `start`. */
export function createMechanic(first: Config, outside: MechanicOutside): Mechanic {
  const { clock, log, store, services, redact } = outside
  const startedAt = clock.now()
  let config = first
  let loadedAt = startedAt
  let problem: string | null = null
  let conflict = false
  let fault: string | null = null
  const stopping = new AbortController()

  const wordsFor = ({ language, timezone: zone }: Config): Words =>
    createWords({
      language,
      folder: fileURLToPath(new URL('../locales', import.meta.url)),
      zone,
      now: () => clock.now(),
    })
  let words = wordsFor(first)

  const chat = (): Chat => {
    const { chat: named } = config.notify
    const moved = store.meta.number(`moved:${named.id}`)
    return moved === null ? named : { id: moved }
  }

  const telegram: Telegram = createTelegram({
    token: outside.token,
    ...(outside.apiRoot !== undefined && { apiRoot: outside.apiRoot }),
    clock,
    log,
    words: {
      html: (text, longest) => words.html(text, longest),
      plain: (text, longest) => words.plain(text, longest),
    },
    handlers: [...outside.kinds.handlers.values()],
    port: portOf(store, clock, log),
    house: () => flow.house,
    operators: () => config.operators,
    chat,
    onConflict(on) {
      conflict = on
      if (on) log.error({}, 'another bot uses this token: nothing is fixed until it is gone')
      else log.info({}, 'the token is ours alone again')
    },
  })

  const flow = openFlow({
    clock,
    log,
    store,
    services,
    redact,
    chat,
    startedAt,
    kinds: outside.kinds,
    hosts: outside.hosts,
    sender: telegram.sender,
    stop: stopping.signal,
    config: () => config,
    fix: (name: string): FixConfig | undefined => services.fixes().find((one) => one.name === name),
    heldBack: () => conflict,
    unreachable: () =>
      telegram
        .reachability()
        .filter((person) => person.reachable === false)
        .map((person) => person.name),
    sweep: (now) => telegram.sweep(now),
    fault(error) {
      const seen = error === null ? null : redact(messageOf(error))
      if (seen !== null && seen !== fault) log.error({ err: error }, 'a round failed')
      fault = seen
    },
    settings: () => ({
      version: outside.version,
      configFile: config.file ?? 'built-in defaults',
      loadedAt,
      timezone: config.timezone,
      language: config.language,
      ...(config.notify.quietHours && { quietHours: config.notify.quietHours }),
      heartbeat: config.notify.heartbeat,
      operators: config.operators.map((operator) => ({
        ...operator,
        reachable: telegram.reachability().find(({ id }) => id === operator.id)?.reachable ?? null,
      })),
      startedAt,
      memory: process.memoryUsage.rss(),
      ...(problem !== null && { problem }),
    }),
  })

  return {
    house: flow.house,
    store,
    async start() {
      services.configure(config)
      await flow.start()
      telegram.start()
    },
    async stop() {
      flow.pause()
      stopping.abort()
      await telegram.stop(stopWithin)
      await flow.stop()
      services.close()
    },
    async reload(next) {
      config = next
      words = wordsFor(next)
      loadedAt = clock.now()
      problem = null
      services.configure(next)
      await flow.reconfigure()
      telegram.refresh()
      log.info({ file: next.file }, 'config reloaded')
    },
    refuse(issues) {
      problem = issues[0] ?? 'unknown'
      const now = clock.now()
      const message = reloadRefused(now, issues)
      store.outbox.post({ kind: 'note', chat: chat(), message, sound: false, at: now })
      flow.poke()
      log.error({ issues }, 'config not reloaded, the one before stays in force')
    },
    health: () => ({
      faults: [
        ...(fault === null ? [] : [`database: ${fault}`]),
        ...unreadable(store),
        ...flow.faults(),
      ],
      telegram: telegram.state(),
      holdsBack: conflict,
      startedAt,
      config: { loadedAt, problem },
      ...flow.figures(),
    }),
  }
}
