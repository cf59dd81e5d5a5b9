import { briefly, type Invariant } from './sight.ts'

/** A person who confirmed something was told what came of it: the question does not stand as begun. */
export const resultsTold: Invariant = ({ arena, ledger }) => {
  const pending = /^⏳/
  return ledger.confirmations.flatMap(({ token, chat, message, state }) => {
    const text = arena.standin.messages(chat).find(({ message_id: id }) => id === message)?.text
    if (state !== 'done' || text === undefined || !pending.test(text)) return []
    const attempt = ledger.attempts.find((one) => one.token === token)
    const told = ledger.notices.some(({ kind, state: is }) => kind === 'note' && is === 'sent')
    return attempt && told ? [] : [`confirmed ${token} still says ${briefly(text)}`]
  })
}
