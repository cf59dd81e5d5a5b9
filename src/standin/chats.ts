import { integer, string } from './params.ts'
import type { Params } from './params.ts'
import { badRequest, forbidden } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import type { BotStatus, Chat, ChatType, World } from './world.ts'

/** What a chat is made of; the rest starts out empty. */
export interface ChatSeed {
  readonly id: number
  readonly type: ChatType
  readonly title?: string
  readonly members?: readonly number[]
  readonly topics?: readonly number[] | undefined
  readonly bot?: BotStatus
}

/** Adds a chat. */
export function newChat(world: World, seed: ChatSeed): Chat {
  const chat: Chat = {
    id: seed.id,
    type: seed.type,
    title: seed.title ?? '',
    members: new Set(seed.members),
    topics: seed.topics && new Set(seed.topics),
    messages: new Map(),
    bot: seed.bot ?? 'member',
    migratedTo: undefined,
    lastMessageId: 0,
  }
  world.chats.set(chat.id, chat)
  return chat
}

/** A chat that a test or the demo names; one that does not exist is a mistake there. */
export function needChat(world: World, id: number): Chat {
  const chat = world.chats.get(id)
  if (chat === undefined) throw new Error(`the stand-in has no chat ${id}`)
  return chat
}

/**
 * The chat that a call means by `chat_id`, if the bot may do there what it wants to do.
 *
 * @throws Refusal `chat not found`; 403 where the bot was blocked, kicked or never started; 400 with
 * `migrate_to_chat_id` for a group that became a supergroup
 */
export function reach(world: World, params: Params, right: 'read' | 'edit' | 'write'): Chat {
  if (string(params, 'chat_id') === '') throw badRequest('chat_id is empty')
  const chat = world.chats.get(integer(params, 'chat_id') ?? 0)
  if (chat === undefined) throw badRequest('chat not found')
  if (right === 'read' && chat.type === 'group') return chat
  const refusal = chat.type === 'private' ? refusalOfUser(world, chat, right) : refusalOfGroup(chat)
  if (refusal !== undefined) throw refusal
  if (chat.migratedTo === undefined) return chat
  if (right === 'edit') throw badRequest("message can't be edited")
  throw badRequest('group chat was upgraded to a supergroup chat', {
    migrate_to_chat_id: chat.migratedTo,
  })
}

function refusalOfUser(world: World, chat: Chat, right: string): Refusal | undefined {
  if (right === 'read') return undefined
  const user = world.users.get(chat.id)
  if (user?.started !== true) return forbidden("bot can't initiate conversation with a user")
  return user.blocked ? forbidden('bot was blocked by the user') : undefined
}

function refusalOfGroup(chat: Chat): Refusal | undefined {
  if (chat.bot === 'kicked') return forbidden(`bot was kicked from the ${chat.type} chat`)
  return chat.bot === 'left' ? forbidden(`bot is not a member of the ${chat.type} chat`) : undefined
}

/**
 * The forum topic a message is to go to. Chats without topics ignore it, and so does Telegram.
 *
 * @throws Refusal `message thread not found`
 */
export function topicOf(chat: Chat, params: Params): number | undefined {
  const topic = integer(params, 'message_thread_id')
  if (chat.topics === undefined || topic === undefined) return undefined
  if (!chat.topics.has(topic)) throw badRequest('message thread not found')
  return topic
}
