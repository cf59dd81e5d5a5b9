import type { Chat, Message } from './message.ts'

/** What is to be done in the chat. */
export type Delivery =
  | {
      readonly op: 'send'
      readonly chat: Chat
      readonly message: Message
      readonly sound: boolean
      readonly replyTo?: number
      /** Marks the message as told late, with the time it is about. */
      readonly late: boolean
    }
  | {
      readonly op: 'edit'
      readonly chat: Chat
      readonly message: Message
      readonly messageId: number
      readonly late: boolean
    }

/** What came of it. A sender never retries and never throws: the outbox does the first, faults are `later`. */
export type Verdict =
  | { readonly is: 'sent'; readonly messageId: number }
  /** Try again, not before this many milliseconds have passed; `wholeBot` when nothing may be sent meanwhile. */
  | {
      readonly is: 'later'
      readonly after: number
      readonly why: string
      readonly wholeBot: boolean
    }
  /** Trying again cannot help. */
  | { readonly is: 'never'; readonly why: Undeliverable; readonly detail: string }
  /** The group became a supergroup: all that waits for it goes there. */
  | { readonly is: 'moved'; readonly to: number }

export type Undeliverable = 'blocked' | 'not-started' | 'chat-gone' | 'message-gone' | 'refused'

export interface Sender {
  deliver(delivery: Delivery, signal: AbortSignal): Promise<Verdict>
}
