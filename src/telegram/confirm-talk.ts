import { enterConversation, pinVersion, resumeConversation } from '@grammyjs/conversations'
import type { ContextBaseData, Conversation, ConversationState } from '@grammyjs/conversations'
import type { Context } from 'grammy'
import type { Port } from './port.ts'

/**
 * The asking and the waiting for its answer, as a conversation whose state is kept under the
 * confirmation's token: several can be open at once, and none is lost in a restart. Whether a press
 * still counts is decided by the confirmations table, inside `settle`.
 */
export interface Talk {
  /** Begins to wait; durable when it resolves. */
  open(token: string, asker: number, base: ContextBaseData): Promise<void>
  /** Hands over a press. `lost`: an earlier version of the bot asked, or never finished asking. */
  resume(token: string, base: ContextBaseData, settle: () => void): Promise<'settled' | 'lost'>
  close(token: string): void
}

/** To be raised when `waitForPress` changes, because states of the old one cannot be replayed. */
const version = 1
const { versionify, unpack } = pinVersion(version)
const keyOf = (token: string): string => `confirm:${token}`

const waitForPress =
  (settle: () => void) =>
  async (talk: Conversation, _asked: Context, token: string, asker: number): Promise<void> => {
    await talk.waitUntil(
      ({ callbackQuery: press }) =>
        press?.from.id === asker && press.data?.split(':', 2)[1] === token,
    )
    await talk.external(() => settle())
  }

const neverPressed = (): void => undefined

/** Conversations kept through `store`. */
export function createTalk(store: Port['conversations']): Talk {
  const read = (token: string): ConversationState | undefined => {
    const value = store.read(keyOf(token))
    return value === undefined ? undefined : unpack<ConversationState>(JSON.parse(value))
  }
  const write = (token: string, state: ConversationState): void =>
    store.write(keyOf(token), JSON.stringify(versionify(state)))
  const close = (token: string): void => store.delete(keyOf(token))
  return {
    close,
    async open(token, asker, base) {
      const entered = await enterConversation(waitForPress(neverPressed), base, {
        args: [token, asker],
      })
      if (entered.status === 'error') throw entered.error
      if (entered.status === 'complete') return
      const { args, replay, interrupts } = entered
      write(token, { replay, interrupts, ...(args !== undefined && { args }) })
    },
    async resume(token, base, settle) {
      const state = read(token)
      if (!state) return 'lost'
      const result = await resumeConversation(waitForPress(settle), base, state)
      if (result.status === 'error') {
        close(token)
        throw result.error
      }
      if (result.status !== 'complete') return 'lost'
      close(token)
      return 'settled'
    },
  }
}
