import { isDeepStrictEqual } from 'node:util'
import { reach } from '../chats.ts'
import { charge } from '../flood.ts'
import { inlineMarkupOf } from '../markup.ts'
import { remove, revise, setPinned } from '../messages.ts'
import { integer } from '../params.ts'
import type { Params } from '../params.ts'
import { badRequest } from '../refusal.ts'
import { textOf } from '../text/formatted.ts'
import { wireMessage } from '../wire.ts'
import { unixTime } from '../world.ts'
import type { Chat, StoredMessage, World } from '../world.ts'

const deletableSeconds = 48 * 60 * 60

type Content = Pick<StoredMessage, 'text' | 'entities' | 'reply_markup'>

/** core.telegram.org/bots/api#editmessagetext; without `reply_markup` the keyboard goes away. */
export function editMessageText(world: World, params: Params): unknown {
  const { text, entities } = textOf(params)
  const reply_markup = inlineMarkupOf(params)
  const chat = reach(world, params, 'edit')
  const message = own(chat, params)
  if (message.document !== undefined || message.photo !== undefined) {
    throw badRequest('there is no text in the message to edit')
  }
  return change(world, chat, message, { text, entities, reply_markup })
}

/** core.telegram.org/bots/api#editmessagereplymarkup */
export function editMessageReplyMarkup(world: World, params: Params): unknown {
  const reply_markup = inlineMarkupOf(params)
  const chat = reach(world, params, 'edit')
  const message = own(chat, params)
  const { text, entities } = message
  return change(world, chat, message, { text, entities, reply_markup })
}

function own(chat: Chat, params: Params): StoredMessage {
  const message = named(chat, params, 'message to edit')
  if (!message.byBot) throw badRequest("message can't be edited")
  return message
}

function named(chat: Chat, params: Params, what: string): StoredMessage {
  const message = chat.messages.get(integer(params, 'message_id') ?? 0)
  if (message === undefined) throw badRequest(`${what} not found`)
  return message
}

function change(world: World, chat: Chat, message: StoredMessage, content: Content): unknown {
  const { text, entities, reply_markup } = message
  // An edit that changes nothing reaches the limits of the real server as well.
  charge(world, chat)
  if (isDeepStrictEqual({ text, entities, reply_markup }, content)) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    )
  }
  return wireMessage(world, chat, revise(world, chat, message, content))
}

/** core.telegram.org/bots/api#deletemessage: within 48 hours; messages of others in groups need an administrator. */
export function deleteMessage(world: World, params: Params): true {
  const chat = reach(world, params, 'write')
  const message = named(chat, params, 'message to delete')
  const allowed = message.byBot || chat.type === 'private' || chat.bot === 'administrator'
  if (!allowed) throw badRequest("message can't be deleted")
  if (unixTime(world) - message.date > deletableSeconds) {
    throw badRequest("message can't be deleted for everyone")
  }
  remove(world, chat, message)
  return true
}

/** core.telegram.org/bots/api#pinchatmessage */
export function pinChatMessage(world: World, params: Params): true {
  const chat = reach(world, params, 'write')
  const message = named(chat, params, 'message to pin')
  requirePinRight(chat)
  setPinned(world, chat, message, true)
  return true
}

/** core.telegram.org/bots/api#unpinchatmessage; without `message_id` the latest pinned one. */
export function unpinChatMessage(world: World, params: Params): true {
  const chat = reach(world, params, 'write')
  const latest = [...chat.messages.values()].findLast((message) => message.pinned)
  const message =
    integer(params, 'message_id') === undefined ? latest : named(chat, params, 'message to unpin')
  if (message === undefined) throw badRequest('message to unpin not found')
  requirePinRight(chat)
  setPinned(world, chat, message, false)
  return true
}

function requirePinRight(chat: Chat): void {
  const free = chat.type === 'private' || chat.type === 'group' || chat.bot === 'administrator'
  if (!free) throw badRequest('not enough rights to manage pinned messages in the chat')
}
