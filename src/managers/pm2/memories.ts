import { seenState } from './events.ts'
import { fold, type History, type HistoryEvent, nothingSeen } from './history.ts'
import type { Pm2Record } from './process.ts'

/** What is remembered of every process of one daemon, and carried over to the next one. */
export interface Memories {
  of(record: Pm2Record): History
  add(record: Pm2Record, event: HistoryEvent): History
  /** A status read: what is not in it is forgotten. */
  see(records: readonly Pm2Record[], at: number): void
  /** The read shows something else than what is remembered. */
  disagrees(record: Pm2Record): boolean
  /** The daemon is gone; the next one gives its processes new numbers. */
  orphan(): void
}

/** PM2 gives a number anew once all are deleted. */
const keyOf = ({ id, name }: Pm2Record): string => `${id}\n${name}`

/** What stays the same when a daemon is replaced. */
const kinOf = ({ name, instance }: Pm2Record): string => `${name}\n${instance ?? ''}`

export function createMemories(): Memories {
  let known = new Map<string, { readonly record: Pm2Record; readonly history: History }>()
  const orphans = new Map<string, History>()

  const find = (record: Pm2Record): History | undefined =>
    known.get(keyOf(record))?.history ?? orphans.get(kinOf(record))
  const add = (record: Pm2Record, event: HistoryEvent): History => {
    const history = fold(find(record) ?? nothingSeen, event)
    known.set(keyOf(record), { record, history })
    return history
  }

  return {
    of: (record) => find(record) ?? nothingSeen,
    add,
    see: (records, at) => {
      const there = new Set(records.map(keyOf))
      known = new Map([...known].filter(([key]) => there.has(key)))
      for (const record of records)
        add(record, { is: 'seen', at, started: record.started, state: seenState(record) })
      orphans.clear()
    },
    disagrees: (record) => {
      const history = known.get(keyOf(record))?.history
      return (
        history !== undefined &&
        (history.started !== record.started ||
          history.running !== (seenState(record) === 'running'))
      )
    },
    orphan: () => {
      for (const { record, history } of known.values()) orphans.set(kinOf(record), history)
      known.clear()
    },
  }
}
