import { existsSync } from 'node:fs'
import type { Invariant } from './sight.ts'
import { messagesOfBot } from './sight.ts'

/** Each thing that is wrong stands in a message of the chat, and each dead message is on record. */
export const everythingTold: Invariant = ({ arena, ledger }) => {
  const shown = new Map(
    messagesOfBot(arena).map((one) => [`${one.chat.id}/${one.message_id}`, one]),
  )
  const notices = new Map(ledger.notices.map((one) => [one.id, one]))
  const missing = ledger.incidents.flatMap(({ id, check_name, ended_at, notice }) => {
    if (ended_at !== null) return []
    const told = notices.get(notice ?? 0)
    const message = told && shown.get(`${told.chat}/${told.message}`)
    return message?.text.includes(check_name)
      ? []
      : [`incident ${id} (${check_name}) is in no message`]
  })
  const dead = ledger.notices.filter(({ state }) => state === 'dead').length
  const recorded = ledger.events.get('undeliverable') ?? 0
  return [
    ...missing,
    ...(dead > recorded ? [`${dead} messages are dead, the log has ${recorded}`] : []),
    ...(existsSync(arena.home) ? [] : ['the state directory is gone']),
  ]
}
