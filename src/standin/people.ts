import { needChat, newChat } from './chats.ts'
import { memberUpdate } from './membership.ts'
import { post, revise } from './messages.ts'
import { messageEntities } from './typed.ts'
import { push } from './updates.ts'
import { wireChat, wireMessage, wireUser } from './wire.ts'
import type { Chat, StoredMessage, UserRecord, World } from './world.ts'

/** Telegram's own accounts that stand in `from` when a group's administrator or a channel speaks as such. */
const anonymousAdmin = 1_087_968_824
const channelBot = 136_817_688

export interface UserSeed {
  readonly id: number
  readonly name: string
  readonly username?: string
  /** IETF tag like `de`. */
  readonly language?: string
  /** Whether they once pressed Start, so that the bot may write to them. Default true. */
  readonly started?: boolean
}

export interface SayOptions {
  /** The private chat with the bot by default. */
  readonly chatId?: number
  /** Unix seconds; now by default. */
  readonly date?: number
  /** The message was forwarded from somebody. */
  readonly forwarded?: boolean
  /** The id of an own message that this text replaces. */
  readonly edited?: number
  /** As an administrator who stays anonymous. */
  readonly anonymous?: boolean
  /** In a group, in the name of a channel with this id. */
  readonly channel?: number
  readonly topic?: number
  /** The id of the message that this one answers. */
  readonly replyTo?: number
}

/** Adds a person and their private chat with the bot. */
export function addUser(world: World, seed: UserSeed): UserRecord {
  const user: UserRecord = {
    id: seed.id,
    name: seed.name,
    username: seed.username,
    language: seed.language,
    started: seed.started ?? true,
    blocked: false,
  }
  world.users.set(user.id, user)
  newChat(world, { id: user.id, type: 'private', members: [user.id] })
  return user
}

/**
 * A person writes a message, or edits one; the bot gets the update unless it is out of the chat or privacy mode hides it.
 * Writing in private is pressing Start.
 *
 * @throws Error for what a person could not do: an unknown chat, one they are not in, a bot they have blocked
 */
export function say(
  world: World,
  userId: number,
  text: string,
  options: SayOptions,
): StoredMessage {
  const chat = needChat(world, options.chatId ?? userId)
  requirePresence(world, chat, userId)
  const entities = messageEntities(text)
  const message =
    options.edited === undefined
      ? post(world, chat, {
          text,
          entities,
          date: options.date,
          message_thread_id: options.topic,
          reply_to: options.replyTo,
          ...speaker(world, chat, userId, options),
        })
      : amend(world, chat, options.edited, { text, entities })
  const edit = options.edited === undefined ? '' : 'edited_'
  const kind = chat.type === 'channel' ? 'channel_post' : 'message'
  if (hears(world, chat, message)) push(world, `${edit}${kind}`, wireMessage(world, chat, message))
  return message
}

function requirePresence(world: World, chat: Chat, userId: number): void {
  if (!chat.members.has(userId)) throw new Error(`user ${userId} is not in chat ${chat.id}`)
  const user = world.users.get(userId)
  if (chat.type !== 'private' || user === undefined) return
  if (user.blocked) throw new Error(`user ${userId} has blocked the bot`)
  user.started = true
}

function speaker(
  world: World,
  chat: Chat,
  userId: number,
  { anonymous, channel, forwarded }: SayOptions,
): Pick<StoredMessage, 'extra' | 'from'> {
  const origin = { type: 'hidden_user', sender_user_name: 'Somebody', date: 0 }
  const extra = forwarded === true ? { forward_origin: origin } : {}
  if (chat.type === 'channel') {
    return { from: undefined, extra: { ...extra, sender_chat: wireChat(world, chat) } }
  }
  if (anonymous === true) {
    return { from: anonymousAdmin, extra: { ...extra, sender_chat: wireChat(world, chat) } }
  }
  if (channel === undefined) return { from: userId, extra }
  const sender_chat = { id: channel, type: 'channel', title: 'A channel' }
  return { from: channelBot, extra: { ...extra, sender_chat } }
}

function amend(
  world: World,
  chat: Chat,
  id: number,
  content: Pick<StoredMessage, 'text' | 'entities'>,
): StoredMessage {
  const message = chat.messages.get(id)
  if (message === undefined || message.byBot) throw new Error(`no message ${id} of theirs to edit`)
  return revise(world, chat, message, { ...content, reply_markup: undefined })
}

/** Privacy mode: of a group's talk a plain member gets commands, mentions and replies only. core.telegram.org/bots/features#privacy-mode */
function hears(world: World, chat: Chat, message: StoredMessage): boolean {
  if (chat.type === 'private' || chat.bot === 'administrator') return true
  if (chat.bot !== 'member' || chat.type === 'channel') return false
  const reply = message.reply_to === undefined ? undefined : chat.messages.get(message.reply_to)
  const name = `@${world.bot.username}`.toLowerCase()
  const text = message.text.toLowerCase()
  const [, addressee] = /^\/\w+(@\w+)?/.exec(text) ?? ['', 'nobody']
  return (addressee ?? name) === name || text.includes(name) || reply?.byBot === true
}

/** A person shuts the bot out or lets it in again, and the bot hears of it. */
export function setBlocked(world: World, userId: number, blocked: boolean): void {
  const chat = needChat(world, userId)
  const user = world.users.get(userId)
  if (user === undefined || user.blocked === blocked) return
  user.blocked = blocked
  const [old, status] = blocked ? (['member', 'kicked'] as const) : (['kicked', 'member'] as const)
  const by = wireUser(world, userId)
  push(world, 'my_chat_member', memberUpdate(world, chat, { old, status, by }))
}
