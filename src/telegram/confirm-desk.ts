import type { ContextBaseData } from '@grammyjs/conversations'
import type { Clock } from '../contract/clock.ts'
import type { House } from '../contract/house.ts'
import type { Log } from '../contract/log.ts'
import type { Chat, Text } from '../contract/message.ts'
import type { Operator } from '../contract/operator.ts'
import { cancelledMessage, expiredMessage } from './confirm-message.ts'
import type { Talk } from './confirm-talk.ts'
import type { Confirmation, Port } from './port.ts'
import type { Replies } from './replies.ts'
import type { Tasks } from './tasks.ts'

/** Milliseconds for which a confirmation is good, and again for what has to be typed after it. */
export const confirmMs = 120_000

/** Who asks, and where; `base` is the update that made them ask. */
export interface Asker {
  readonly operator: Operator
  readonly chat: Chat
  readonly base: ContextBaseData
}

/** What a person answers to a confirmation: by a button, or in their own words. */
export interface ConfirmAnswer extends Asker {
  /** Of the message under which the button was. */
  readonly messageId: number | undefined
  /** Epoch milliseconds at which it arrived. */
  readonly at: number
  answer(text: Text): void
}

export interface ConfirmParts {
  house(): House
  readonly port: Port
  readonly replies: Replies
  readonly tasks: Tasks
  readonly clock: Clock
  readonly log: Log
  operatorName(id: number): string
  /** True from the moment the bot has been told to end. */
  isStopping(): boolean
  /** Carries a late command out after all. */
  runCommand(text: string, asker: Asker): void
}

export interface Desk extends ConfirmParts {
  readonly talk: Talk
}

/** The states in which an answer is waited for. */
export const openStates = ['waiting', 'typing'] as const

/** True when it was still open. */
export function close(
  { port, talk, replies }: Desk,
  row: Confirmation,
  state: 'cancelled' | 'expired',
  messageId?: number,
): boolean {
  const { token } = row
  if (!openStates.some((from) => port.confirmations.move(token, from, state))) return false
  talk.close(token)
  const message = state === 'expired' ? expiredMessage : cancelledMessage
  const shown = messageId ?? row.messageId
  if (shown !== null) replies.edit(row.chat, shown, message(row.prepared))
  return true
}
