import type { Config } from './config/types.ts'
import type { Clock } from './contract/clock.ts'
import { messageOf } from './contract/error.ts'
import type { Log } from './contract/log.ts'
import type { Loop } from './contract/loop.ts'
import type { Chat } from './contract/message.ts'
import type { Sender } from './contract/sender.ts'
import { createAlarm } from './flow/alarm.ts'
import { createPinging, type PingState } from './flow/pinging.ts'
import type { Target } from './flow/target.ts'
import { createWatchdog } from './flow/watchdog.ts'
import type { Store } from './store/store.ts'

/** For how long Telegram may be away before the bot counts as silent, milliseconds. */
const silentAfter = 5 * 60_000

/** What is wrong with the database now; nothing while it can be read. */
export const unreadable = (store: Store): readonly string[] => {
  try {
    store.ping()
    return []
  } catch (error) {
    return [`database: ${messageOf(error)}`]
  }
}

export interface OwnHealthOutside {
  readonly clock: Clock
  readonly log: Log
  /** Path of the state directory. */
  readonly home: string
  readonly redact: (text: string) => string
  readonly ping: (url: string, signal: AbortSignal) => Promise<void>
  /** Loops are stuck for good: only a fresh start helps. */
  readonly hopeless: (loops: readonly string[]) => void
  readonly config: () => Config
  readonly sender: () => Sender
  readonly targets: () => ReadonlyMap<string, Target>
  /** The usual chat; may throw with the database. */
  readonly chat: () => Chat
  readonly busy: () => boolean
  /** Milliseconds for which Telegram has been out of reach. */
  readonly awayFor: () => number
  /** Faults that others know of. */
  readonly faults: () => readonly string[]
}

export interface OwnHealth {
  /** Where a loop of this name gives its signs of life. */
  loop(name: string): Loop
  /** Why the database cannot be used; null when it can. */
  database(problem: string | null): void
  start(): void
  /** A new configuration is in force. */
  reconfigure(): void
  stop(): void
  /** Loops that are stuck. */
  stuck(): readonly string[]
  pingOut(): PingState
}

/** The bot about itself: what is stuck, what it cannot remember, and a sign of life to the outside. */
export function createOwnHealth(outside: OwnHealthOutside): OwnHealth {
  const { config } = outside
  const watchdog = createWatchdog(outside)

  /** The operators in their own chats, where the usual one does not take it. */
  const chats = (): readonly Chat[] => {
    const { notify, operators } = config()
    const others = operators.filter(({ role }) => role !== 'viewer').map(({ id }) => ({ id }))
    try {
      return [outside.chat(), ...others]
    } catch {
      return [notify.chat, ...others]
    }
  }

  const alarm = createAlarm({
    ...outside,
    chats,
    loop: watchdog.loop('alarm'),
    sender: { deliver: (delivery, signal) => outside.sender().deliver(delivery, signal) },
  })
  const pinging = createPinging({
    ...outside,
    loop: watchdog.loop('ping_out'),
    config: () => config().notify.pingOut,
    well: () =>
      outside.awayFor() <= silentAfter &&
      outside.faults().length === 0 &&
      watchdog.faults().length === 0,
  })

  return {
    loop: watchdog.loop,
    database: alarm.set,
    start(): void {
      watchdog.start()
      pinging.start()
    },
    reconfigure: pinging.start,
    stop(): void {
      watchdog.stop()
      alarm.stop()
      pinging.stop()
    },
    stuck: watchdog.faults,
    pingOut: pinging.state,
  }
}
