import { fileURLToPath } from 'node:url'
import type { Config } from './config/types.ts'
import type { Clock } from './contract/clock.ts'
import type { Chat } from './contract/message.ts'
import type { Settings } from './contract/view.ts'
import type { Store } from './store/store.ts'
import type { Telegram } from './telegram/bot.ts'
import { createWords, type Words } from './telegram/words.ts'

/** What may change while the program runs. */
export interface Standing {
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

/** The words of a config's language and zone. */
export const wordsFor = ({ language, timezone: zone }: Config, clock: Clock): Words =>
  createWords({
    language,
    folder: fileURLToPath(new URL('../locales', import.meta.url)),
    zone,
    now: () => clock.now(),
  })

/** At the start: nothing has gone wrong yet. */
export const standingOf = (config: Config, clock: Clock): Standing => ({
  config,
  words: wordsFor(config, clock),
  loadedAt: clock.now(),
  problem: null,
  conflict: false,
  fault: null,
})

/** Where the bot writes by itself; groups move when they become supergroups. */
export function chatOf({ config }: Standing, store: Store): Chat {
  const { chat: named } = config.notify
  const moved = store.meta.number(`moved:${named.id}`)
  return moved === null ? named : { id: moved }
}

/** What `/settings` shows. */
export function settingsOf(
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
