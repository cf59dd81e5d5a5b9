import { fileURLToPath } from 'node:url'
import type { Message } from '../../../src/contract/message.ts'
import { render } from '../../../src/telegram/render.ts'
import { createWords } from '../../../src/telegram/words.ts'
import { briefly, type Invariant, messagesOfBot } from './sight.ts'

const words = createWords({
  language: 'en',
  folder: fileURLToPath(new URL('../../../locales', import.meta.url)),
  zone: 'UTC',
  now: () => Date.now(),
})

/** A day is named where it is not today, which depends on when the words were made. */
const day = /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} \w{3,4}(?: \d{4})?, /g

const plain = (text: string): string => text.replace(day, '').replace(/\s+/g, ' ').trim()

/** How the message may stand in the chat: it may have been marked as late. */
const allowed = (body: string): readonly string[] => {
  const message = JSON.parse(body) as Message
  return [false, true].map((late) => plain(render(message, words, { late }).plain))
}

const acting = /^(?:ack|silence|restart|fix|run):/

/** Every message says what was decided last, and offers nothing for what is over. */
export const finalWords: Invariant = ({ arena, ledger }) => {
  const shown = new Map(
    messagesOfBot(arena).map((one) => [`${one.chat.id}/${one.message_id}`, one]),
  )
  const open = new Set(
    ledger.incidents.flatMap(({ ended_at, notice }) =>
      ended_at === null && notice ? [notice] : [],
    ),
  )
  return ledger.notices.flatMap(({ id, kind, chat, message, state, body }) => {
    const seen = shown.get(`${chat}/${message}`)
    if (!seen || state !== 'sent') return []
    const is = plain(seen.text)
    const buttons = seen.reply_markup?.inline_keyboard?.flat() ?? []
    const stale = buttons.filter(({ callback_data = '' }) => acting.test(callback_data))
    return [
      ...(allowed(body).includes(is)
        ? []
        : [`notice ${id} should say ${briefly(allowed(body)[0] ?? '')}, but says ${briefly(is)}`]),
      ...(kind !== 'incident' || open.has(id) || stale.length === 0
        ? []
        : [`notice ${id} is over, but offers ${stale.map(({ text }) => text).join(', ')}`]),
    ]
  })
}
