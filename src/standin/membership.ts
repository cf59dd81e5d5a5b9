import { push } from './updates.ts'
import { wireBot, wireChat } from './wire.ts'
import { unixTime } from './world.ts'
import type { BotStatus, Chat, World } from './world.ts'

/** Changes what the bot is in a group, and tells it. core.telegram.org/bots/api#chatmemberupdated */
export function setBotStatus(
  world: World,
  chat: Chat,
  status: BotStatus,
  by: Readonly<Record<string, unknown>>,
): void {
  const old = chat.bot
  if (old === status) return
  chat.bot = status
  push(world, 'my_chat_member', memberUpdate(world, chat, { old, status, by }))
}

/** What a bot hears when its place in a chat changes; for a person that is blocking and unblocking it. */
export function memberUpdate(
  world: World,
  chat: Chat,
  change: { readonly old: BotStatus; readonly status: BotStatus; readonly by: unknown },
): unknown {
  const member = (status: BotStatus): unknown => ({
    status,
    user: wireBot(world),
    // Required of a banned member; 0 is for ever.
    ...(status === 'kicked' && { until_date: 0 }),
  })
  return {
    chat: wireChat(world, chat),
    from: change.by,
    date: unixTime(world),
    old_chat_member: member(change.old),
    new_chat_member: member(change.status),
  }
}
