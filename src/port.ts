import type { Clock } from './contract/clock.ts'
import type { Log } from './contract/log.ts'
import type { Store } from './store/store.ts'
import type { Port } from './telegram/port.ts'

/** The store as the Telegram room sees it. */
export const portOf = (store: Store, clock: Clock, log: Log): Port => ({
  conversations: store.chat.conversations,
  confirmations: store.confirmations,
  firstSeen: (update) => store.chat.firstSeen(update, clock.now()),
  audit: ({ operator, what, result }) => {
    store.audit.add({ at: clock.now(), who: operator.name, what, result })
    log.info({ who: operator.id, what, result }, 'audit')
  },
  stranger: ({ id, what, at }) => {
    store.audit.add({ at, who: `stranger ${id}`, what, result: 'ignored' })
    log.warn({ who: id, what }, 'a stranger was ignored')
  },
  moved: (from, to) =>
    store.atomically(() => {
      store.meta.set(`moved:${from}`, to)
      store.notices.moveChat(from, to)
    }),
})
