import type { BotCommand, MessageEntity } from 'grammy/types'
import type { Clock } from '../contract/clock.ts'
import type { Fault } from './faults.ts'
import type { Bucket, Limits } from './limits.ts'
import type { RefusalParameters } from './refusal.ts'
import type { UpdateQueue } from './updates.ts'

/** A person. `started` means that they once wrote to the bot, so that it may write to them. */
export interface UserRecord {
  readonly id: number
  readonly name: string
  readonly username: string | undefined
  readonly language: string | undefined
  started: boolean
  blocked: boolean
}

export type ChatType = 'private' | 'group' | 'supergroup' | 'channel'
export type BotStatus = 'member' | 'administrator' | 'left' | 'kicked'

/** A chat and everything in it. */
export interface Chat {
  readonly id: number
  readonly type: ChatType
  readonly title: string
  readonly members: Set<number>
  /** Forum topics by `message_thread_id`; `undefined` where the chat is no forum. */
  readonly topics: ReadonlySet<number> | undefined
  readonly messages: Map<number, StoredMessage>
  bot: BotStatus
  migratedTo: number | undefined
  lastMessageId: number
}

/** An uploaded file. */
export interface StoredFile {
  readonly file_id: string
  readonly name: string
  readonly mime: string
  readonly bytes: Uint8Array
}

export interface InlineButton {
  readonly text: string
  readonly callback_data?: string
  readonly url?: string
  readonly style?: string
}

/** The keyboard of a message. Only inline keyboards have `inline_keyboard`. */
export interface ReplyMarkup {
  readonly inline_keyboard?: readonly (readonly InlineButton[])[]
}

/** What a message said from `at` (epoch ms) on. */
export interface Version {
  readonly at: number
  readonly text: string
  readonly entities: readonly MessageEntity[]
  readonly reply_markup: ReplyMarkup | undefined
}

/** A message as it stands; an edit replaces the object. */
export interface StoredMessage {
  readonly message_id: number
  readonly chat: { readonly id: number; readonly type: ChatType; readonly title?: string }
  /** Whether the bot sent it. */
  readonly byBot: boolean
  /** The person's id; `undefined` for the bot and for channel posts. */
  readonly from: number | undefined
  /** Unix seconds. */
  readonly date: number
  /** Text or caption, without markup. */
  readonly text: string
  readonly entities: readonly MessageEntity[]
  readonly reply_markup: ReplyMarkup | undefined
  readonly disable_notification: boolean
  readonly message_thread_id: number | undefined
  readonly reply_to: number | undefined
  readonly document: StoredFile | undefined
  readonly photo: StoredFile | undefined
  readonly pinned: boolean
  /** From the first to the current one, at most 100. */
  readonly versions: readonly Version[]
  /** Further Bot API fields, shown to the bot as they are: `forward_origin`, `sender_chat`, service fields. */
  readonly extra: Readonly<Record<string, unknown>>
}

/** A pressed button. `at` is monotonic ms. */
export interface Callback {
  readonly id: string
  readonly at: number
  readonly answers: { readonly text: string; readonly show_alert: boolean }[]
}

export type ApiAnswer =
  | { readonly ok: true; readonly result: unknown }
  | {
      readonly ok: false
      readonly error_code: number
      readonly description: string
      readonly parameters?: RefusalParameters
    }

/** One call of the bot. */
export interface Call {
  readonly method: string
  /** Files stand in it as `{ name, size }`. */
  readonly params: Readonly<Record<string, unknown>>
  /** Epoch ms of the answer. */
  readonly at: number
  /** What was answered, or would have been had the fault not eaten it; `undefined` if nothing was carried out. */
  readonly answer: ApiAnswer | undefined
  readonly fault: Fault['kind'] | undefined
}

/** Something that happened in the stand-in. */
export type Change =
  | { readonly kind: 'sent' | 'edited' | 'deleted' | 'pinned'; readonly message: StoredMessage }
  | { readonly kind: 'called'; readonly call: Call }
  | { readonly kind: 'answered'; readonly callback: Callback }
  /** A long poll is open, or everything is over. */
  | { readonly kind: 'polling' | 'stopped' }

/** Everything the stand-in knows. Functions take it as their first argument. */
export interface World {
  readonly clock: Clock
  readonly token: string
  readonly limits: Limits
  /** Milliseconds after which a pressed button can no longer be answered. */
  readonly callbackAge: number
  readonly bot: { readonly id: number; readonly name: string; readonly username: string }
  readonly users: Map<number, UserRecord>
  readonly chats: Map<number, Chat>
  readonly queue: UpdateQueue
  readonly buckets: Map<string, Bucket>
  readonly files: Map<string, StoredFile>
  readonly callbacks: Map<string, Callback>
  readonly menus: Map<string, readonly BotCommand[]>
  readonly profile: Map<string, string>
  readonly calls: Call[]
  readonly faults: { readonly fault: Fault; left: number }[]
  readonly listeners: Set<(change: Change) => void>
  readonly counters: { message: number; callback: number; file: number }
}

/** Unix seconds of the stand-in's clock. */
export function unixTime(world: World): number {
  return Math.floor(world.clock.now() / 1000)
}

/** Tells everybody who listens. */
export function announce(world: World, change: Change): void {
  for (const listener of world.listeners) listener(change)
}

/** Adds an entry and drops the oldest above `cap`, so that a long demo does not grow without end. */
export function keep<K, V>(map: Map<K, V>, key: K, value: V, cap: number): void {
  map.set(key, value)
  for (const oldest of map.keys()) {
    if (map.size <= cap) return
    map.delete(oldest)
  }
}
