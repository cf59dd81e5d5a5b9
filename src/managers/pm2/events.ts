import type { HistoryEvent } from './history.ts'
import { type Pm2Record, recordOfEvent } from './process.ts'

type Seen = (HistoryEvent & { is: 'seen' })['state']

/** A signal that the daemon's own log named for the end of a process. */
export interface SignalNote {
  readonly id: number
  readonly signal: string
}

const property = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined

/**
 * From a `log:PM2` event, the only place where PM2 names the signal that killed a process (God.js
 * handleExit). It writes SIGINT where there was none, so that one says nothing.
 */
export function signalNote(data: unknown): SignalNote | null {
  const text = property(data, 'data')
  if (typeof text !== 'string') return null
  const [, id, signal] =
    /^App \[.*:(\d+)\] exited with code \[-?\d+\] via signal \[(SIG[A-Z0-9]+)\]\s*$/.exec(text) ??
    []
  return id === undefined || signal === undefined || signal === 'SIGINT'
    ? null
    : { id: Number(id), signal }
}

/** Nobody minds this end: a stop code, or a scheduled run that finished. A kill shows as code 0 too. */
const wanted = (record: Pm2Record, signal: string | null): boolean =>
  signal === null &&
  record.code !== null &&
  (record.stopCodes.includes(record.code) ||
    (record.cron && !record.autorestart && record.code === 0))

/** What a `process:event` means for the memory of its process; null when it means nothing. */
export function historyEvent(
  data: unknown,
  note: SignalNote | null,
  now: number,
): { readonly record: Pm2Record; readonly event: HistoryEvent } | null {
  const record = recordOfEvent(property(data, 'process'))
  if (!record) return null
  const stamped = property(data, 'at')
  const at = typeof stamped === 'number' ? stamped : now
  const started = record.started ?? at
  switch (property(data, 'event')) {
    case 'online': {
      const { autorestart, cron } = record
      const scheduled = cron && !autorestart
      return { record, event: { is: 'start', at, started, autorestart, scheduled } }
    }
    case 'exit': {
      const signal = note?.id === record.id ? note.signal : null
      const ordered = record.status === 'stopping' || wanted(record, signal)
      const errored = record.status === 'errored'
      return {
        record,
        event: { is: 'exit', at, started, code: record.code, signal, ordered, errored },
      }
    }
    case 'stop':
      return { record, event: { is: 'stop', at } }
    default:
      return null
  }
}

const off: Readonly<Record<string, Seen>> = {
  stopped: 'stopped',
  'one-launch-status': 'stopped',
  errored: 'errored',
  'waiting restart': 'waiting',
}

/** What a status read shows, in the same terms. */
export const seenState = (record: Pm2Record): Seen => off[record.status] ?? 'running'
