import type { Chat, StoredFile, StoredMessage, UserRecord, World } from './world.ts'

type Json = Readonly<Record<string, unknown>>

/** The bot as a User. core.telegram.org/bots/api#user */
export function wireBot(world: World): Json {
  const { id, name, username } = world.bot
  return { id, is_bot: true, first_name: name, username }
}

/** A person as a User; one the stand-in does not know has no name. */
export function wireUser(world: World, id: number): Json {
  const user: UserRecord | undefined = world.users.get(id)
  return {
    id,
    is_bot: false,
    first_name: user?.name ?? '',
    ...(user?.username !== undefined && { username: user.username }),
    ...(user?.language !== undefined && { language_code: user.language }),
  }
}

/** core.telegram.org/bots/api#chat */
export function wireChat(world: World, chat: Chat): Json {
  if (chat.type !== 'private') {
    const forum = chat.topics !== undefined && { is_forum: true }
    return { id: chat.id, type: chat.type, title: chat.title, ...forum }
  }
  const user = world.users.get(chat.id)
  const username = user?.username !== undefined && { username: user.username }
  return { id: chat.id, type: chat.type, first_name: user?.name ?? '', ...username }
}

/** core.telegram.org/bots/api#message; a reply carries the message it answers, but not that one's own. */
export function wireMessage(world: World, chat: Chat, message: StoredMessage): Json {
  const original = message.reply_to === undefined ? undefined : chat.messages.get(message.reply_to)
  const reply = original && shallow(world, chat, { ...original, reply_to: undefined })
  return { ...shallow(world, chat, message), ...(reply && { reply_to_message: reply }) }
}

function shallow(world: World, chat: Chat, message: StoredMessage): Json {
  const edited = message.versions.length > 1 ? message.versions.at(-1) : undefined
  const inline = message.reply_markup?.inline_keyboard
  return {
    message_id: message.message_id,
    ...sender(world, message),
    chat: wireChat(world, chat),
    date: message.date,
    ...(edited && { edit_date: Math.floor(edited.at / 1000) }),
    ...(message.message_thread_id !== undefined && {
      message_thread_id: message.message_thread_id,
      is_topic_message: true,
    }),
    ...content(message),
    ...(inline && { reply_markup: { inline_keyboard: inline } }),
    ...message.extra,
  }
}

function sender(world: World, message: StoredMessage): Json {
  if (message.byBot) return { from: wireBot(world) }
  return message.from === undefined ? {} : { from: wireUser(world, message.from) }
}

function content(message: StoredMessage): Json {
  const { text, entities, document, photo } = message
  const hasFile = document !== undefined || photo !== undefined
  const entitiesKey = hasFile ? 'caption_entities' : 'entities'
  return {
    ...(document && { document: wireFile(document) }),
    ...(photo && { photo: [{ ...wireFile(photo), ...pixels(photo.bytes) }] }),
    ...(text !== '' && { [hasFile ? 'caption' : 'text']: text }),
    ...(entities.length > 0 && { [entitiesKey]: entities }),
  }
}

/** core.telegram.org/bots/api#document */
export function wireFile(file: StoredFile): Json {
  return {
    file_id: file.file_id,
    file_unique_id: file.file_id.slice(-8),
    file_name: file.name,
    mime_type: file.mime,
    file_size: file.bytes.length,
  }
}

/** Width and height out of a PNG's header; 0 for other formats, whose headers nobody here needs. */
export function pixels(bytes: Uint8Array): { readonly width: number; readonly height: number } {
  const header = Buffer.from(bytes.subarray(0, 24))
  if (header.length < 24 || header.toString('latin1', 12, 16) !== 'IHDR')
    return { width: 0, height: 0 }
  return { width: header.readUInt32BE(16), height: header.readUInt32BE(20) }
}
