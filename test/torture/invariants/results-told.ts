import type { Invariant } from './sight.ts'

/** How a question stands while what was confirmed is being done. */
const pending = /^⏳/

/** No question stands as begun once it was answered, whether or not the bot died meanwhile. */
export const resultsTold: Invariant = ({ arena, ledger }) =>
  ledger.confirmations.flatMap(({ chat, message, state, token }) => {
    const shown = arena.standin.messages(chat).find(({ message_id: id }) => id === message)
    return state === 'done' && shown !== undefined && pending.test(shown.text)
      ? [`the question ${token} of chat ${chat} stands as begun: ${shown.text.slice(0, 80)}`]
      : []
  })
