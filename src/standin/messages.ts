import { announce, keep, unixTime } from './world.ts'
import type { Chat, StoredMessage, Version, World } from './world.ts'

const maxMessages = 2000
const maxVersions = 100

/** What its sender decides about a new message. */
export interface Draft {
  readonly text: string
  readonly byBot?: boolean
  readonly from?: number | undefined
  /** Unix seconds; now by default. */
  readonly date?: number | undefined
  readonly entities?: StoredMessage['entities']
  readonly reply_markup?: StoredMessage['reply_markup']
  readonly disable_notification?: boolean
  readonly message_thread_id?: number | undefined
  readonly reply_to?: number | undefined
  readonly document?: StoredMessage['document']
  readonly photo?: StoredMessage['photo']
  readonly extra?: StoredMessage['extra']
}

/** Stores a new message. Its chat keeps the last 2,000. */
export function post(world: World, chat: Chat, draft: Draft): StoredMessage {
  const content = {
    text: draft.text,
    entities: draft.entities ?? [],
    reply_markup: draft.reply_markup,
  }
  const message: StoredMessage = Object.freeze({
    ...content,
    message_id: nextId(world, chat),
    chat: { id: chat.id, type: chat.type, ...(chat.title !== '' && { title: chat.title }) },
    byBot: draft.byBot ?? false,
    from: draft.from,
    date: draft.date ?? unixTime(world),
    disable_notification: draft.disable_notification ?? false,
    message_thread_id: draft.message_thread_id,
    reply_to: draft.reply_to,
    document: draft.document,
    photo: draft.photo,
    pinned: false,
    versions: [{ at: world.clock.now(), ...content }],
    extra: draft.extra ?? {},
  })
  keep(chat.messages, message.message_id, message, maxMessages)
  announce(world, { kind: 'sent', message })
  return message
}

/** Private chats and small groups share the numbers of an account; every supergroup and channel counts for itself. */
function nextId(world: World, chat: Chat): number {
  const shared = chat.type === 'private' || chat.type === 'group'
  return shared ? ++world.counters.message : ++chat.lastMessageId
}

/** Gives a message new content; the old one stays in `versions`. */
export function revise(
  world: World,
  chat: Chat,
  message: StoredMessage,
  content: Pick<StoredMessage, 'text' | 'entities' | 'reply_markup'>,
): StoredMessage {
  const version: Version = { at: world.clock.now(), ...content }
  const versions = [...message.versions, version].slice(-maxVersions)
  return replace(world, chat, 'edited', { ...message, ...content, versions })
}

/** Pins a message or takes the pin out. */
export function setPinned(
  world: World,
  chat: Chat,
  message: StoredMessage,
  pinned: boolean,
): StoredMessage {
  return replace(world, chat, 'pinned', { ...message, pinned })
}

function replace(
  world: World,
  chat: Chat,
  kind: 'edited' | 'pinned',
  changed: StoredMessage,
): StoredMessage {
  const message = Object.freeze(changed)
  chat.messages.set(message.message_id, message)
  announce(world, { kind, message })
  return message
}

/** Removes a message for everybody. */
export function remove(world: World, chat: Chat, message: StoredMessage): void {
  chat.messages.delete(message.message_id)
  announce(world, { kind: 'deleted', message })
}
