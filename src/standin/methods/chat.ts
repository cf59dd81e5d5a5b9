import { reach } from '../chats.ts'
import { setBotStatus } from '../membership.ts'
import { integer } from '../params.ts'
import type { Params } from '../params.ts'
import { badRequest } from '../refusal.ts'
import { wireBot, wireChat, wireMessage, wireUser } from '../wire.ts'
import type { World } from '../world.ts'

/** core.telegram.org/bots/api#getchat: the common fields of ChatFullInfo. */
export function getChat(world: World, params: Params): unknown {
  const chat = reach(world, params, 'read')
  const pinned = [...chat.messages.values()].findLast((message) => message.pinned)
  return {
    ...wireChat(world, chat),
    accent_color_id: 0,
    max_reaction_count: 11,
    ...(pinned && { pinned_message: wireMessage(world, chat, pinned) }),
  }
}

/** core.telegram.org/bots/api#getchatmember */
export function getChatMember(world: World, params: Params): unknown {
  const id = integer(params, 'user_id') ?? 0
  if (id <= 0) throw badRequest('invalid user_id specified')
  const chat = reach(world, params, 'read')
  if (id === world.bot.id) return { status: chat.bot, user: wireBot(world) }
  if (!world.users.has(id)) throw badRequest('member not found')
  const present = chat.type === 'private' ? chat.id === id : chat.members.has(id)
  return { status: present ? 'member' : 'left', user: wireUser(world, id) }
}

/** core.telegram.org/bots/api#leavechat */
export function leaveChat(world: World, params: Params): true {
  const chat = reach(world, params, 'read')
  if (chat.type === 'private') {
    throw badRequest("chat member status can't be changed in private chats")
  }
  setBotStatus(world, chat, 'left', wireBot(world))
  return true
}
