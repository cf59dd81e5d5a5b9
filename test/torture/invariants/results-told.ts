import type { Invariant } from './sight.ts'

/** How a question stands while what was confirmed is being done. */
const pending = /^⏳/

/**
 * A person who confirmed something was told what came of it: in place of the question, or, where the
 * bot died meanwhile, by a note of its own.
 */
export const resultsTold: Invariant = ({ arena, ledger }) => {
  const done = ledger.confirmations.filter(({ chat, message, state }) => {
    const shown = arena.standin.messages(chat).find(({ message_id: id }) => id === message)
    return state === 'done' && shown !== undefined && pending.test(shown.text)
  })
  return [...Map.groupBy(done, ({ chat }) => chat)].flatMap(([chat, open]) => {
    const notes = ledger.notices.filter(
      (one) => one.kind === 'note' && one.chat === chat && one.state === 'sent',
    )
    return notes.length >= open.length
      ? []
      : [
          `${open.length} questions of chat ${chat} stand as begun, ${notes.length} results were told`,
        ]
  })
}
