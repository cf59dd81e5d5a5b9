import { reach, topicOf } from '../chats.ts'
import { charge } from '../flood.ts'
import { markupOf } from '../markup.ts'
import { post } from '../messages.ts'
import type { Draft } from '../messages.ts'
import { flag, given, integer, nested, record } from '../params.ts'
import type { Params } from '../params.ts'
import { badRequest } from '../refusal.ts'
import { textOf } from '../text/formatted.ts'
import { wireMessage } from '../wire.ts'
import type { Chat, World } from '../world.ts'

const chatActions =
  /^(?:typing|upload_(?:photo|video|voice|document|video_note)|record_(?:video|voice|video_note)|choose_sticker|find_location)$/

/** core.telegram.org/bots/api#sendmessage */
export function sendMessage(world: World, params: Params): unknown {
  return deliver(world, params, textOf(params))
}

/** core.telegram.org/bots/api#sendchataction; shows nothing, but minds who may be written to. */
export function sendChatAction(world: World, params: Params): true {
  if (!chatActions.test(String(params.values['action']))) {
    throw badRequest('wrong parameter action in request')
  }
  reach(world, params, 'write')
  return true
}

/**
 * Stores a message of the bot, with what all send methods have in common: chat, topic, reply, keyboard, sound, limits.
 *
 * @throws Refusal for anything Telegram would not send
 */
export function deliver(
  world: World,
  params: Params,
  content: Pick<Draft, 'text' | 'entities' | 'document' | 'photo'>,
): unknown {
  const reply_markup = markupOf(params)
  const chat = reach(world, params, 'write')
  const draft: Draft = {
    ...content,
    byBot: true,
    reply_markup,
    message_thread_id: topicOf(chat, params),
    reply_to: replyOf(chat, params),
    disable_notification: flag(params, 'disable_notification'),
  }
  charge(world, chat)
  return wireMessage(world, chat, post(world, chat, draft))
}

/** core.telegram.org/bots/api#replyparameters, and the older `reply_to_message_id`. */
function replyOf(chat: Chat, params: Params): number | undefined {
  const fields = given(params, 'reply_parameters')
    ? nested(record(params, 'reply_parameters'))
    : params
  const id = integer(fields, 'message_id') ?? integer(fields, 'reply_to_message_id')
  if (id === undefined || chat.messages.has(id)) return id
  if (flag(fields, 'allow_sending_without_reply')) return undefined
  throw badRequest('message to be replied not found')
}
