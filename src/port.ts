import type { Clock } from './contract/clock.ts'
import type { Log } from './contract/log.ts'
import type { Store } from './store/store.ts'
import { clip } from './telegram/html.ts'
import type { Port } from './telegram/port.ts'

/** A stranger may write as much as Telegram allows. */
const knockLength = 60

/** With a full disk the bot still answers what it can answer; what it does needs the disk anyway. */
function surviving<T>(log: Log, otherwise: T, run: () => T): T {
  try {
    return run()
  } catch (error) {
    log.error({ err: error }, 'could not be written down')
    return otherwise
  }
}

/** Telegram counts messages of one minute, and that the program is alive is noted every 5 s. */
const counted = 66_000

/** Whether an earlier run of the program ended, in whatever way, so lately that what it sent counts. */
export function hasJustEnded({ meta }: Store, now: number): boolean {
  const times = [meta.number('alive-at'), meta.number('stopped-at')].filter((at) => at !== null)
  return times.some((at) => Math.abs(now - at) < counted)
}

/** The store as the Telegram room sees it. */
export const portOf = (store: Store, clock: Clock, log: Log): Port => ({
  conversations: store.chat.conversations,
  confirmations: store.confirmations,
  wasSeen: (update) => surviving(log, false, () => store.chat.wasSeen(update)),
  markSeen: (update) => surviving(log, undefined, () => store.chat.markSeen(update, clock.now())),
  audit: ({ operator, what, result }) => {
    const entry = { at: clock.now(), who: operator.name, what, result }
    surviving(log, undefined, () => store.audit.add(entry))
    log.info({ who: operator.id, what, result }, 'audit')
  },
  stranger: ({ id, what, at }) => {
    const entry = { at, who: `stranger ${id}`, what: clip(what, knockLength), result: 'ignored' }
    const isFirst = surviving(log, false, () => store.audit.knock(entry))
    if (isFirst) log.warn({ who: id, what: entry.what }, 'a stranger was ignored')
  },
  moved: (from, to) =>
    store.atomically(() => {
      store.meta.set(`moved:${from}`, to)
      store.notices.moveChat(from, to)
    }),
})
