import type { BotCommand } from 'grammy/types'
import { menuOf } from './methods/menu.ts'
import { waitUntil } from './wait.ts'
import type { Call, Callback, Change, StoredMessage, World } from './world.ts'

const defaultWait = 5000

/** What one answer to a pressed button said. */
type CallbackAnswer = Callback['answers'][number]

/** Everything there is to see from outside the bot. Times to wait are real milliseconds, 5,000 by default. */
export interface Watching {
  /** A chat's messages in their order, people's too. */
  messages(chatId: number): readonly StoredMessage[]
  /**
   * The first message of the bot that fits: one that is there, or one that comes or is edited until it fits.
   *
   * @throws Error after the time, naming the bot's last messages
   */
  waitFor(fits: (message: StoredMessage) => boolean, timeoutMs?: number): Promise<StoredMessage>
  /** The same for a call, past or to come. */
  waitForCall(fits: (call: Call) => boolean, timeoutMs?: number): Promise<Call>
  /** The first answer to a pressed button. */
  waitForAnswer(callbackId: string, timeoutMs?: number): Promise<CallbackAnswer>
  /** Until the bot listens: a long poll is open. */
  waitForPoll(timeoutMs?: number): Promise<true>
  /** The last 5,000 calls, oldest first. */
  readonly calls: readonly Call[]
  /** Updates that the bot has not confirmed. */
  readonly pendingUpdates: number
  /** The command menu a person sees, in the private chat by default. */
  menu(userId: number, chatId?: number): readonly BotCommand[]
  /** Hears every change until the returned function is called. */
  on(event: 'change', listener: (change: Change) => void): () => void
}

/** The watching side of a world. */
export function watching(world: World): Watching {
  return {
    messages: (chatId) => [...(world.chats.get(chatId)?.messages.values() ?? [])],
    waitFor: (fits, timeoutMs = defaultWait) => waitForMessage(world, fits, timeoutMs),
    waitForCall: (fits, timeoutMs = defaultWait) => {
      const pick = (change: Change): Call | undefined =>
        change.kind === 'called' && fits(change.call) ? change.call : undefined
      const describe = (): string =>
        world.calls
          .slice(-10)
          .map(({ method }) => method)
          .join(', ')
      return waitUntil(world, world.calls.find(fits), pick, { timeoutMs, describe })
    },
    waitForAnswer: (id, timeoutMs = defaultWait) => waitForAnswer(world, id, timeoutMs),
    waitForPoll: (timeoutMs = defaultWait) => {
      const already = world.queue.waiter === undefined ? undefined : true
      return waitUntil(world, already, opened, { timeoutMs, describe: () => 'no long poll' })
    },
    get calls() {
      return world.calls
    },
    get pendingUpdates() {
      return world.queue.pending.length
    },
    menu: (userId, chatId = userId) => menuOf(world, userId, chatId),
    on: (_event, listener) => {
      world.listeners.add(listener)
      return () => void world.listeners.delete(listener)
    },
  }
}

function waitForMessage(
  world: World,
  fits: (message: StoredMessage) => boolean,
  timeoutMs: number,
): Promise<StoredMessage> {
  const sent = (): readonly StoredMessage[] =>
    world.chats
      .values()
      .flatMap(({ messages }) => messages.values())
      .filter(byBot)
      .toArray()
  const pick = (change: Change): StoredMessage | undefined => {
    if (change.kind !== 'sent' && change.kind !== 'edited') return undefined
    return byBot(change.message) && fits(change.message) ? change.message : undefined
  }
  const describe = (): string =>
    JSON.stringify(
      sent()
        .slice(-5)
        .map(({ text }) => text),
    )
  return waitUntil(world, sent().find(fits), pick, { timeoutMs, describe })
}

function opened({ kind }: Change): true | undefined {
  return kind === 'polling' ? true : undefined
}

function byBot(message: StoredMessage): boolean {
  return message.byBot
}

function waitForAnswer(world: World, id: string, timeoutMs: number): Promise<CallbackAnswer> {
  const pick = (change: Change): CallbackAnswer | undefined =>
    change.kind === 'answered' && change.callback.id === id ? change.callback.answers[0] : undefined
  const describe = (): string => [...world.callbacks.keys()].slice(-5).join(', ')
  return waitUntil(world, world.callbacks.get(id)?.answers[0], pick, { timeoutMs, describe })
}
