import type { ContextBaseData, Conversation, ConversationState } from '@grammyjs/conversations'
import type { Context } from 'grammy'
import type { Port } from './port.ts'

/**
 * The asking and the waiting for its answers, as a conversation whose state is kept under the
 * confirmation's token: several can be open at once, and none is lost in a restart. Whether an answer
 * still counts is decided by the confirmations table, inside `settle`.
 */
export interface Talk {
  /** Begins to wait; durable when it resolves. */
  open(token: string, asker: number, base: ContextBaseData): Promise<void>
  /**
   * Hands over a press or what was typed. `lost`: an earlier version of the bot asked, or never
   * finished asking.
   *
   * @param settle true when another answer is waited for
   */
  resume(token: string, base: ContextBaseData, settle: () => boolean): Promise<'settled' | 'lost'>
  close(token: string): void
}

/** To be raised when `waitForAnswers` changes, because states of the old one cannot be replayed. */
const version = 2

/** Read when the first question is asked: a bot at rest does without. */
async function library() {
  const { enterConversation, pinVersion, resumeConversation } =
    await import('@grammyjs/conversations')
  return { enterConversation, resumeConversation, ...pinVersion(version) }
}

type Library = Awaited<ReturnType<typeof library>>

const keyOf = (token: string): string => `confirm:${token}`

const waitForAnswers =
  (settle: () => boolean) =>
  async (talk: Conversation, _asked: Context, token: string, asker: number): Promise<void> => {
    do {
      await talk.waitUntil(
        ({ from, callbackQuery: press, message }) =>
          from?.id === asker &&
          (press ? press.data?.split(':', 2)[1] === token : message?.text !== undefined),
      )
    } while (await talk.external(() => settle()))
  }

const neverAnswered = (): boolean => false

/** Conversations kept through `store`. */
export function createTalk(store: Port['conversations']): Talk {
  const read = (token: string, { unpack }: Library): ConversationState | undefined => {
    const value = store.read(keyOf(token))
    return value === undefined ? undefined : unpack<ConversationState>(JSON.parse(value))
  }
  const write = (
    token: string,
    { args, replay, interrupts }: Pick<ConversationState, 'args' | 'replay' | 'interrupts'>,
    { versionify }: Library,
  ): void =>
    store.write(
      keyOf(token),
      JSON.stringify(versionify({ replay, interrupts, ...(args !== undefined && { args }) })),
    )
  const close = (token: string): void => store.delete(keyOf(token))
  return {
    close,
    async open(token, asker, base) {
      const talks = await library()
      const entered = await talks.enterConversation(waitForAnswers(neverAnswered), base, {
        args: [token, asker],
      })
      if (entered.status === 'error') throw entered.error
      if (entered.status === 'complete') return
      write(token, entered, talks)
    },
    async resume(token, base, settle) {
      const talks = await library()
      const state = read(token, talks)
      if (!state) return 'lost'
      const result = await talks.resumeConversation(waitForAnswers(settle), base, state)
      if (result.status === 'skipped') return 'lost'
      if (result.status === 'handled') {
        // Another answer, handled at the same time, may have ended it.
        if (read(token, talks)) write(token, { ...state, ...result }, talks)
        return 'settled'
      }
      close(token)
      if (result.status === 'error') throw result.error
      return 'settled'
    },
  }
}
