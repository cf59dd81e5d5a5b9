import type { StoredMessage } from '../../../src/standin/standin.ts'
import type { Arena } from '../arena.ts'
import { briefly, type Invariant, messagesOfBot } from './sight.ts'

/** A death so soon after a message leaves nobody who could write down that it was sent. */
const unwrittenFor = 3_000
/** A slow or dropped answer is one that the bot never got. */
const unheard = new Set(['drop', 'slow'])

const first = ({ versions, text }: StoredMessage): string => versions[0]?.text ?? text

/** Ids of messages whose answer never reached the bot. */
const lostAnswers = ({ standin }: Arena): ReadonlySet<number> =>
  new Set(
    standin.calls.flatMap(({ fault, answer }) => {
      if (fault === undefined || !unheard.has(fault) || !answer?.ok) return []
      const { message_id: id } = answer.result as { message_id?: number }
      return id === undefined ? [] : [id]
    }),
  )

/**
 * No message was sent twice. Documented exceptions: Telegram carried it out but the answer got lost,
 * or the bot was killed before it could write down that it was sent.
 */
export const saidOnce: Invariant = ({ arena, ledger }) => {
  const messages = messagesOfBot(arena)
  // Questions may be alike: somebody asks for the same thing twice.
  const questions = new Set(ledger.confirmations.map(({ chat, message }) => `${chat}/${message}`))
  const known = new Set(
    ledger.notices
      .map(({ chat, message }) => `${chat}/${message}`)
      .filter((place) => !questions.has(place)),
  )
  const isKnown = (one: StoredMessage): boolean => known.has(`${one.chat.id}/${one.message_id}`)
  const told = messages.filter(isKnown)
  const lost = lostAnswers(arena)
  return messages
    .filter((one) => !isKnown(one))
    .filter((one) => told.some((other) => first(other) === first(one)))
    .filter(({ message_id, versions }) => {
      const at = versions[0]?.at ?? 0
      const died = arena.deaths.some((death) => death >= at && death - at < unwrittenFor)
      return !died && !lost.has(message_id)
    })
    .map((one) => `message ${one.message_id} was sent twice: ${briefly(first(one))}`)
}
