import type { Update, UserFromGetMe } from 'grammy/types'
import type { Api } from 'grammy'
import type { Clock } from '../contract/clock.ts'
import type { Conversation } from '../contract/handler.ts'
import type { House } from '../contract/house.ts'
import type { Log } from '../contract/log.ts'
import type { Chat, Text } from '../contract/message.ts'
import type { Operator } from '../contract/operator.ts'
import type { Registry } from './commands.ts'
import type { Asker, Confirm } from './confirm.ts'
import type { FloodGuard } from './flood.ts'
import type { People } from './people.ts'
import type { Port } from './port.ts'
import type { Replies } from './replies.ts'
import type { Tasks } from './tasks.ts'

/** Everything that answering needs. */
export interface Room {
  house(): House
  readonly port: Port
  readonly registry: Registry
  readonly replies: Replies
  readonly tasks: Tasks
  confirm(): Confirm
  readonly people: People
  readonly clock: Clock
  readonly log: Log
  readonly api: Api
  readonly commandFlood: FloodGuard
  readonly pressFlood: FloodGuard
  operators(): readonly Operator[]
  chat(): Chat
  me(): UserFromGetMe
  /** Over the button of a press; without a text it only ends the waiting. */
  answer(query: string, text?: Text): void
  leave(chat: number): void
}

/** The update that makes somebody ask, as conversations want it. */
export function baseOf(room: Room, update: Update): Asker['base'] {
  const { token, options } = room.api
  return { update, api: { token, ...(options && { options }) }, me: room.me() }
}

/** What a handler may do for the person in front of it. */
export function conversationOf(room: Room, asker: Asker): Conversation {
  const { operator, chat } = asker
  return {
    house: room.house(),
    by: operator,
    reply: (message) => room.replies.send(chat, message),
    ask: (action) => room.confirm().ask(asker, action),
    dismiss: () => room.confirm().dismiss(operator.id),
  }
}
