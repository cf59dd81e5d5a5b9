import type { Clock } from '../contract/clock.ts'
import type { Log } from '../contract/log.ts'
import type { Verdict } from '../contract/sender.ts'
import type { Due } from '../store/outbox.ts'
import type { Store } from '../store/store.ts'
import type { TestAlerts } from './test-alerts.ts'

/** How often a chat that takes nothing is tried again. */
const parked = 5 * 60_000

export interface RefusingOutside {
  readonly clock: Clock
  readonly log: Log
  readonly store: Store
  /** Another chat for what the first one does not take; undefined when there is none left. */
  readonly elsewhere: (tried: readonly number[]) => number | undefined
  readonly tests: Pick<TestAlerts, 'delivered' | 'refused'>
}

/** What becomes of a delivery that its chat never takes: another operator gets it rather than nobody. */
export function createRefusing(outside: RefusingOutside) {
  const { clock, log, store, tests } = outside
  return (due: Due, verdict: Verdict & { is: 'never' }): void => {
    const { notice } = due
    log.error({ chat: notice.chat.id, why: verdict.why, detail: verdict.detail }, 'message refused')
    const record = { why: verdict.why, detail: verdict.detail, chat: notice.chat.id }
    store.events.add({
      at: clock.now(),
      kind: 'undeliverable',
      reason: verdict.why,
      detail: record,
    })
    if (tests.refused(due, verdict.why)) return store.outbox.dead(due)
    const tried = [...((notice.detail['tried'] as number[] | undefined) ?? []), notice.chat.id]
    const gone = verdict.why !== 'refused' && verdict.why !== 'message-gone'
    const next = due.op === 'send' && gone ? outside.elsewhere(tried) : undefined
    if (next === undefined) {
      const stillMatters = gone && due.op === 'send' && notice.kind !== 'reply'
      if (!stillMatters) return store.outbox.dead(due)
      // Any of them may press Start yet: what it says is kept up to date meanwhile, or dropped when over.
      store.notices.describe(notice.id, { ...notice.detail, tried: [] })
      return store.outbox.later(due, clock.now() + parked)
    }
    store.notices.describe(notice.id, { ...notice.detail, tried })
    store.notices.reroute(notice.id, next)
    store.outbox.later(due, 0)
  }
}
