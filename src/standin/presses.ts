import { needChat } from './chats.ts'
import { push } from './updates.ts'
import { wireMessage, wireUser } from './wire.ts'
import { keep } from './world.ts'
import type { Chat, StoredMessage, World } from './world.ts'

const maxCallbacks = 2000

/** The message a press is about: an id in the chat, or a message as it was seen. */
export interface Press {
  readonly chatId: number
  readonly messageId: number
}

/**
 * A person presses a button that the message has now.
 *
 * @param button its label or its data
 * @returns the id of the callback query
 * @throws Error when there is no such button (any more)
 */
export function press(world: World, userId: number, target: Press, button: string): string {
  const chat = needChat(world, target.chatId)
  const message = chat.messages.get(target.messageId)
  const buttons = (message?.reply_markup?.inline_keyboard ?? []).flat()
  const found = buttons.find(
    ({ text, callback_data }) => text === button || callback_data === button,
  )
  if (found?.callback_data === undefined) {
    const there = buttons.map(({ text }) => text).join(' | ')
    throw new Error(`no button "${button}" under message ${target.messageId}; there is: ${there}`)
  }
  return forge(world, userId, target, found.callback_data)
}

/** Sends a callback query with any data, also for a button or a message that is gone. core.telegram.org/bots/api#callbackquery */
export function forge(world: World, userId: number, target: Press, data: string): string {
  const chat = needChat(world, target.chatId)
  const id = String(4_000_000_000_000_000_000n + BigInt(++world.counters.callback))
  keep(world.callbacks, id, { id, at: world.clock.monotonic(), answers: [] }, maxCallbacks)
  push(world, 'callback_query', {
    id,
    from: wireUser(world, userId),
    message: seen(world, chat, target.messageId),
    chat_instance: String(chat.id),
    data,
  })
  return id
}

function seen(world: World, chat: Chat, messageId: number): unknown {
  const message: StoredMessage | undefined = chat.messages.get(messageId)
  if (message !== undefined) return wireMessage(world, chat, message)
  // core.telegram.org/bots/api#inaccessiblemessage
  return { chat: { id: chat.id, type: chat.type }, message_id: messageId, date: 0 }
}
