import type { Action, Prepared } from '../contract/house.ts'
import type { Chat } from '../contract/message.ts'
import type { Operator } from '../contract/operator.ts'

/** What this room needs kept for it. Everything is synchronous, and survives a kill when it returns. */

/** A question with buttons that waits for its asker. */
export interface Confirmation {
  readonly token: string
  readonly userId: number
  readonly chat: Chat
  readonly messageId: number | null
  readonly action: Action
  readonly prepared: Prepared
  /** Epoch milliseconds of the asking, or of the press that asked for more to be typed. */
  readonly at: number
  /** typing: the button was pressed, and something has to be typed. */
  readonly state: 'waiting' | 'typing' | 'claimed' | 'done' | 'cancelled' | 'expired'
}

export interface Confirmations {
  /** As `waiting`. */
  create(draft: Omit<Confirmation, 'state' | 'messageId'>): void
  get(token: string): Confirmation | undefined
  setMessage(token: string, messageId: number): void
  /** Compare and swap: true for exactly one caller. With `at`, its age is counted from then on. */
  move(token: string, from: Confirmation['state'], to: Confirmation['state'], at?: number): boolean
  /** Those in a state that were asked at or before a time. */
  askedBefore(state: Confirmation['state'], at: number): readonly Confirmation[]
}

export interface AuditEntry {
  readonly operator: Operator
  readonly what: string
  readonly result: string
  readonly updateId: number
}

export interface Port {
  /** State of `@grammyjs/conversations`, as JSON. */
  readonly conversations: {
    read(key: string): string | undefined
    write(key: string, value: string): void
    delete(key: string): void
  }
  readonly confirmations: Confirmations
  /** Whether an update was handled before; Telegram delivers some twice. */
  wasSeen(updateId: number): boolean
  /** To be called once what an update causes at once is stored: until then it may come again. */
  markSeen(updateId: number): void
  audit(entry: AuditEntry): void
  /** Somebody knocked who is not let in. `at` is epoch milliseconds. */
  stranger(knock: { readonly id: number; readonly what: string; readonly at: number }): void
  /** The configured group became a supergroup with another id. */
  moved(from: number, to: number): void
}
