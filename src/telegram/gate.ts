import type { CallbackQuery, ChatMemberUpdated, Message, Update } from 'grammy/types'
import type { Chat } from '../contract/message.ts'
import type { Operator } from '../contract/operator.ts'

/** Who is let in. Pure: an update and the rules give what it is. */

export interface GateRules {
  readonly operators: readonly Operator[]
  /** The chat that is told of incidents; when it is a group, operators may speak there too. */
  readonly chat: Chat
}

export interface Said {
  readonly is: 'said'
  readonly operator: Operator
  readonly chat: Chat
  readonly private: boolean
  readonly text: string
  /** Epoch milliseconds at which it was written. */
  readonly date: number
}

export interface Pressed {
  readonly is: 'pressed'
  readonly operator: Operator
  readonly chat: Chat
  /** undefined: Telegram no longer shows the bot which message it was. */
  readonly messageId: number | undefined
  readonly query: string
  readonly data: string
}

export type Admission =
  | Said
  | Pressed
  /** Gets no answer at all. `leave`: a group where the bot has no business. */
  | { readonly is: 'stranger'; readonly id: number; readonly what: string; readonly leave?: number }
  | { readonly is: 'moved'; readonly from: number; readonly to: number }
  /** Somebody started or blocked the bot. */
  | { readonly is: 'presence'; readonly user: number; readonly here: boolean }
  | { readonly is: 'nothing' }

const nothing: Admission = { is: 'nothing' }

/** What an update is: something an operator said or pressed, a stranger's knock, or news of the chat. */
export function admit(update: Update, rules: GateRules): Admission {
  if (update.message) return admitMessage(update.message, rules)
  if (update.callback_query) return admitPress(update.callback_query, rules)
  if (update.my_chat_member) return admitMembership(update.my_chat_member, rules)
  const edited = update.edited_message
  if (edited) return strangerOf(edited, 'edited message', rules)
  const post = update.channel_post ?? update.edited_channel_post
  return post ? strangerOf(post, 'channel post', rules) : nothing
}

function admitMessage(message: Message, rules: GateRules): Admission {
  const { chat, from } = message
  const home = rules.chat.id
  if (message.migrate_to_chat_id !== undefined && chat.id === home) {
    return { is: 'moved', from: home, to: message.migrate_to_chat_id }
  }
  if (message.migrate_from_chat_id === home) return { is: 'moved', from: home, to: chat.id }
  const odd = oddity(message)
  if (odd !== undefined) return strangerOf(message, odd, rules)
  const operator = rules.operators.find(({ id }) => id === from?.id)
  const here = chat.type === 'private' ? chat.id === from?.id : chat.id === home
  if (!operator || !here) return strangerOf(message, undefined, rules)
  if (message.text === undefined) return nothing
  return {
    is: 'said',
    operator,
    chat: chatOf(message),
    private: chat.type === 'private',
    text: message.text,
    date: message.date * 1000,
  }
}

/** What makes even an operator's message count as a stranger's: its words may not be theirs. */
function oddity(message: Message): string | undefined {
  if (message.sender_chat) return 'message of a chat or an anonymous administrator'
  if (message.forward_origin) return 'forwarded message'
  return message.via_bot ? 'message through another bot' : undefined
}

function chatOf(message: Message): Chat {
  const topic = message.is_topic_message ? message.message_thread_id : undefined
  return topic === undefined ? { id: message.chat.id } : { id: message.chat.id, topic }
}

/** In a configured group people talk among themselves: only what is meant for the bot is a knock. */
function strangerOf(message: Message, what: string | undefined, rules: GateRules): Admission {
  const { chat } = message
  const foreign = chat.type !== 'private' && chat.id !== rules.chat.id
  const command = /^\/(\w{1,32})/.exec(message.text ?? '')?.[1]
  if (!command && !foreign && chat.type !== 'private') return nothing
  const id = message.sender_chat?.id ?? message.from?.id ?? chat.id
  const said = what ?? (command ? `command /${command}` : 'message')
  if (!foreign) return { is: 'stranger', id, what: said }
  return { is: 'stranger', id, what: `${said} in group ${chat.id}`, leave: chat.id }
}

function admitPress(query: CallbackQuery, rules: GateRules): Admission {
  const { from, message, data } = query
  const operator = rules.operators.find(({ id }) => id === from.id)
  if (!operator) return { is: 'stranger', id: from.id, what: 'button' }
  const readable = message && 'from' in message ? message : undefined
  const chat = readable ? chatOf(readable) : { id: message?.chat.id ?? operator.id }
  return {
    is: 'pressed',
    operator,
    chat,
    messageId: message?.message_id,
    query: query.id,
    data: data ?? '',
  }
}

function admitMembership(change: ChatMemberUpdated, rules: GateRules): Admission {
  const { chat, from, new_chat_member: now } = change
  const here = now.status !== 'left' && now.status !== 'kicked'
  if (chat.type === 'private') return { is: 'presence', user: chat.id, here }
  if (chat.id === rules.chat.id || !here) return nothing
  return { is: 'stranger', id: from.id, what: `added to group ${chat.id}`, leave: chat.id }
}
