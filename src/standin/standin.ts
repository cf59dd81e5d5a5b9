import type { Clock } from '../contract/clock.ts'
import { acting } from './acting.ts'
import type { Acting } from './acting.ts'
import { telegramLimits } from './limits.ts'
import type { Limits } from './limits.ts'
import { listening } from './listen.ts'
import type { Listening } from './listen.ts'
import { newQueue } from './updates.ts'
import { watching } from './watching.ts'
import type { Watching } from './watching.ts'
import type { World } from './world.ts'

export type { Fault } from './faults.ts'
export type { Limits } from './limits.ts'
export type { SayOptions } from './people.ts'
export type { Call, Change, StoredMessage } from './world.ts'

export interface StandinOptions {
  readonly clock: Clock
  /** Default `1000000001:stand-in`; the bot's user id is the number in front. */
  readonly token?: string
  /** Default 0, any free one. */
  readonly port?: number
  /** What differs from Telegram's limits; `burst: Infinity` switches one off. */
  readonly limits?: Partial<Limits>
  /** How long a pressed button can be answered, in ms. Telegram does not say; about 15 s is what it grants. */
  readonly callbackAge?: number
  /** The bot's username, `mechanic_bot` by default. */
  readonly username?: string
}

/** A Bot API server with its chats, and the hands to play everybody but the bot in them. */
export interface Standin extends Listening, Acting, Watching {
  readonly token: string
}

/**
 * A Bot API server inside this process, strict like the real one: its limits, its errors, its words.
 * Nothing listens before `start()`. core.telegram.org/bots/api
 *
 * @example
 * const standin = createStandin({ clock })
 * const root = await standin.start()
 * standin.addUser({ id: 1001, name: 'Asha' })
 * standin.say(1001, '/status')
 * const answer = await standin.waitFor((message) => message.text.includes('disk'))
 */
export function createStandin(options: StandinOptions): Standin {
  const world = newWorld(options)
  const parts = [listening(world, options.port ?? 0), acting(world), watching(world)] as const
  const merged = { token: world.token }
  // Descriptors, not values: `root` and `calls` are getters.
  for (const part of parts) {
    Object.defineProperties(merged, Object.getOwnPropertyDescriptors(part))
  }
  return Object.freeze(merged) as Standin
}

function newWorld(options: StandinOptions): World {
  const token = options.token ?? '1000000001:stand-in'
  return {
    clock: options.clock,
    token,
    limits: { ...telegramLimits, ...options.limits },
    callbackAge: options.callbackAge ?? 15_000,
    bot: {
      id: Number.parseInt(token, 10),
      name: 'Mechanic',
      username: options.username ?? 'mechanic_bot',
    },
    users: new Map(),
    chats: new Map(),
    queue: newQueue(),
    buckets: new Map(),
    files: new Map(),
    callbacks: new Map(),
    menus: new Map(),
    profile: new Map(),
    calls: [],
    faults: [],
    listeners: new Set(),
    counters: { message: 0, callback: 0, file: 0 },
  }
}
