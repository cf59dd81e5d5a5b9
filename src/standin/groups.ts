import { needChat, newChat } from './chats.ts'
import type { ChatSeed } from './chats.ts'
import { setBotStatus } from './membership.ts'
import { post } from './messages.ts'
import { push } from './updates.ts'
import { wireBot, wireMessage, wireUser } from './wire.ts'
import type { Chat, World } from './world.ts'

/** Ids of supergroups and channels lie below this; small groups have a plain negative id. */
const supergroupBase = -1_000_000_000_000

export interface GroupSeed extends Omit<ChatSeed, 'type'> {
  readonly title: string
  /** A channel rather than a group. */
  readonly channel?: boolean
}

/** Adds a group, supergroup (`-100…`) or channel. The bot is a plain member of it unless `bot` says otherwise. */
export function addGroup(world: World, seed: GroupSeed): Chat {
  const large = seed.id < supergroupBase
  const type = seed.channel === true ? 'channel' : large ? 'supergroup' : 'group'
  return newChat(world, { ...seed, type })
}

/** A person adds the bot to a group; it hears of it twice, as from Telegram. */
export function invite(world: World, groupId: number, userId: number): void {
  const chat = needChat(world, groupId)
  setBotStatus(world, chat, 'member', wireUser(world, userId))
  serviceMessage(world, chat, userId, { new_chat_members: [wireBot(world)] })
}

/** A person throws the bot out of a group. */
export function kick(world: World, groupId: number, userId: number): void {
  setBotStatus(world, needChat(world, groupId), 'kicked', wireUser(world, userId))
}

/**
 * A small group becomes a supergroup; the old chat is closed.
 *
 * @returns the id of the new chat
 */
export function migrate(world: World, groupId: number): number {
  const old = needChat(world, groupId)
  if (old.type !== 'group') throw new Error(`chat ${groupId} is no small group`)
  const { title, bot } = old
  const seed: ChatSeed = { id: supergroupBase + groupId, type: 'supergroup', title, bot }
  const next = newChat(world, { ...seed, members: [...old.members] })
  const [owner] = old.members
  old.migratedTo = next.id
  serviceMessage(world, old, owner, { migrate_to_chat_id: next.id })
  serviceMessage(world, next, owner, { migrate_from_chat_id: old.id })
  return next.id
}

function serviceMessage(
  world: World,
  chat: Chat,
  from: number | undefined,
  extra: Readonly<Record<string, unknown>>,
): void {
  const message = post(world, chat, { text: '', from, extra })
  push(world, 'message', wireMessage(world, chat, message))
}
