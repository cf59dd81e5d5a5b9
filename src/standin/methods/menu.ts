import type { BotCommand } from 'grammy/types'
import { given, integer, list, nested, record, string } from '../params.ts'
import type { Params } from '../params.ts'
import { badRequest } from '../refusal.ts'
import type { World } from '../world.ts'

const maxCommands = 100
const maxDescription = 256

/** core.telegram.org/bots/api#setmycommands: up to 100 per scope and language, `[a-z0-9_]{1,32}` each. */
export function setMyCommands(world: World, params: Params): true {
  const commands = list(params, 'commands').map(readCommand)
  if (commands.length > maxCommands) throw badRequest('BOT_COMMANDS_TOO_MUCH')
  world.menus.set(keyOf(world, params), Object.freeze(commands))
  return true
}

/** core.telegram.org/bots/api#getmycommands: of exactly this scope and language. */
export function getMyCommands(world: World, params: Params): readonly BotCommand[] {
  return world.menus.get(keyOf(world, params)) ?? []
}

/** core.telegram.org/bots/api#deletemycommands */
export function deleteMyCommands(world: World, params: Params): true {
  world.menus.delete(keyOf(world, params))
  return true
}

/**
 * The menu that a person sees in a chat: the most special scope that has one, their language before the general one.
 * core.telegram.org/bots/api#botcommandscope
 */
export function menuOf(world: World, userId: number, chatId: number): readonly BotCommand[] {
  const inPrivate = world.chats.get(chatId)?.type === 'private'
  const kind = inPrivate ? 'all_private_chats' : 'all_group_chats'
  const scopes = [`chat_member ${chatId} ${userId}`, `chat ${chatId}`, kind, 'default']
  const language = world.users.get(userId)?.language ?? ''
  const keys = scopes.flatMap((scope) => [`${scope} ${language}`, `${scope} `])
  const key = keys.find((candidate) => world.menus.has(candidate))
  return key === undefined ? [] : (world.menus.get(key) ?? [])
}

function readCommand(value: unknown): BotCommand {
  const fields = nested(value)
  const command = string(fields, 'command').trim().replace(/^\//, '')
  const description = string(fields, 'description').trim()
  if (command === '') throw badRequest('command must be non-empty')
  if (command.length > 32) throw badRequest('command length must not exceed 32')
  if (!/^[a-z0-9_]+$/.test(command)) throw badRequest('BOT_COMMAND_INVALID')
  if (description === '') throw badRequest('command description must be non-empty')
  if (description.length > maxDescription) {
    throw badRequest('command description length must not exceed 256')
  }
  return { command, description }
}

function keyOf(world: World, params: Params): string {
  const language = string(params, 'language_code')
  if (!/^(?:[a-z]{2})?$/.test(language)) throw badRequest('invalid language code specified')
  return `${scopeOf(world, params)} ${language}`
}

function scopeOf(world: World, params: Params): string {
  if (!given(params, 'scope')) return 'default'
  const scope = nested(record(params, 'scope'))
  const type = string(scope, 'type')
  if (/^(?:default|all_(?:private_chats|group_chats|chat_administrators))$/.test(type)) return type
  if (!/^chat(?:_administrators|_member)?$/.test(type)) {
    throw badRequest("can't parse BotCommandScope: Unsupported type specified")
  }
  const chat = world.chats.get(integer(scope, 'chat_id') ?? 0)
  // Telegram does not know of a person who never wrote to the bot, and so has no chat to put a menu into.
  const unknown = chat?.type === 'private' && world.users.get(chat.id)?.started !== true
  if (chat === undefined || unknown) throw badRequest('chat not found')
  return type === 'chat_member' ? `${type} ${chat.id} ${memberOf(scope)}` : `${type} ${chat.id}`
}

function memberOf(scope: Params): number {
  const user = integer(scope, 'user_id') ?? 0
  if (user > 0) return user
  throw badRequest("can't parse BotCommandScope: Invalid user_id specified")
}
