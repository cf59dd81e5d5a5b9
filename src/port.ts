import type { Clock } from './contract/clock.ts'
import type { Log } from './contract/log.ts'
import type { Store } from './store/store.ts'
import type { Port } from './telegram/port.ts'

/** With a full disk the bot still answers what it can answer; what it does needs the disk anyway. */
function surviving<T>(log: Log, otherwise: T, run: () => T): T {
  try {
    return run()
  } catch (error) {
    log.error({ err: error }, 'could not be written down')
    return otherwise
  }
}

/** The store as the Telegram room sees it. */
export const portOf = (store: Store, clock: Clock, log: Log): Port => ({
  conversations: store.chat.conversations,
  confirmations: store.confirmations,
  firstSeen: (update) => surviving(log, true, () => store.chat.firstSeen(update, clock.now())),
  audit: ({ operator, what, result }) => {
    const entry = { at: clock.now(), who: operator.name, what, result }
    surviving(log, undefined, () => store.audit.add(entry))
    log.info({ who: operator.id, what, result }, 'audit')
  },
  stranger: ({ id, what, at }) => {
    const entry = { at, who: `stranger ${id}`, what, result: 'ignored' }
    surviving(log, undefined, () => store.audit.add(entry))
    log.warn({ who: id, what }, 'a stranger was ignored')
  },
  moved: (from, to) =>
    store.atomically(() => {
      store.meta.set(`moved:${from}`, to)
      store.notices.moveChat(from, to)
    }),
})
