import type { Clock } from '../../contract/clock.ts'
import { isZombie } from '../proc.ts'
import { createBus } from './bus.ts'
import { historyEvent, seenState, signalNote, type SignalNote } from './events.ts'
import { fold, type History, nothingSeen } from './history.ts'
import type { Sight } from './judge.ts'
import { type Pm2Record, recordsOf } from './process.ts'
import { call } from './rpc.ts'

/** What happened: `ordered` when somebody ended it. */
export type Watcher = (about: { readonly name: string; readonly ordered: boolean } | null) => void

/** One PM2 daemon, by the directory it lives in. Shared by all services of that home. */
export interface Pm2Home {
  readonly path: string
  readonly host: string
  /** Every process of it. @throws {NotRunning} when there is no daemon */
  read(signal: AbortSignal): Promise<readonly Sight[]>
  /** What the last read saw, for what cannot wait. */
  latest(): readonly Pm2Record[]
  /** Asks the daemon to do something. */
  order(method: string, argument: unknown, signal: AbortSignal): Promise<unknown>
  /** Calls back when something happens to a process, with null when it is to the daemon. */
  watch(changed: Watcher): () => void
  close(): void
}

/** Answers asked for until one tells the same story as the bus; more are not waited for. */
const mostAnswers = 3
/** Milliseconds for which an answer serves others too, if nothing happens meanwhile. */
const shared = 1000

/** PM2 gives a number anew once all are deleted. */
const keyOf = ({ id, name }: Pm2Record): string => `${id}\n${name}`

const kin = (record: Pm2Record): string => `${record.name}\n${record.instance ?? ''}`

/** The bus has not yet told what the answer shows, or has already told more. */
const disagrees = (record: Pm2Record, history: History | undefined): boolean =>
  history !== undefined &&
  (history.started !== record.started || history.running !== (seenState(record) === 'running'))

export function createPm2Home(path: string, host: string, clock: Clock): Pm2Home {
  const watchers = new Set<Watcher>()
  const histories = new Map<string, History>()
  /** Memories from before the daemon was replaced, by what stays the same. */
  const orphans = new Map<string, History>()
  let known: readonly Pm2Record[] = []
  let note: SignalNote | null = null
  let connected = false
  let happened = 0
  let flight: {
    readonly until: number
    readonly happened: number
    result: Promise<unknown>
  } | null = null

  const tell: Watcher = (about) => {
    happened += 1
    for (const watcher of watchers) watcher(about)
  }
  const memory = (record: Pm2Record): History =>
    histories.get(keyOf(record)) ?? orphans.get(kin(record)) ?? nothingSeen
  const hear = (topic: string, data: unknown) => {
    if (topic === 'log:PM2') {
      note = signalNote(data) ?? note
      return
    }
    const told = historyEvent(data, note, clock.now())
    if (!told) return
    if (told.event.is === 'exit') note = null
    const { name } = told.record
    const history = fold(memory(told.record), told.event)
    histories.set(keyOf(told.record), history)
    tell({ name, ordered: history.ended === 'ordered' })
  }
  const orphan = () => {
    for (const record of known) {
      const history = histories.get(keyOf(record))
      if (history) orphans.set(kin(record), history)
    }
    histories.clear()
  }
  const bus = createBus(path, clock, {
    event: hear,
    connected: (is) => {
      connected = is
      if (!is) orphan()
      tell(null)
    },
    wanted: () => watchers.size > 0,
  })

  const ask = async (signal: AbortSignal): Promise<readonly Pm2Record[]> => {
    const running = flight
    if (running && connected && running.happened === happened && clock.monotonic() < running.until)
      try {
        return recordsOf(await running.result)
      } catch {
        // It failed for whoever asked first, perhaps for want of time only.
      }
    const result = call({ home: path, host }, 'getMonitorData', {}, signal)
    flight = { until: clock.monotonic() + shared, happened, result }
    return recordsOf(await result)
  }
  const take = (records: readonly Pm2Record[]) => {
    const now = clock.now()
    const there = new Set(records.map(keyOf))
    for (const key of histories.keys()) if (!there.has(key)) histories.delete(key)
    for (const record of records) {
      const seen = {
        is: 'seen',
        at: now,
        started: record.started,
        state: seenState(record),
      } as const
      histories.set(keyOf(record), fold(memory(record), seen))
    }
    orphans.clear()
    known = records
  }

  const look = async (signal: AbortSignal) => {
    const records = await ask(signal)
    return Promise.all(
      records.map(async (record) => ({
        record,
        zombie: record.pid !== null && (await isZombie(record.pid)),
      })),
    )
  }
  /** Whatever dies is a zombie for the moment until PM2 hears of it. */
  const inMotion = ({ record, zombie }: { record: Pm2Record; zombie: boolean }): boolean =>
    zombie || disagrees(record, histories.get(keyOf(record)))

  return {
    path,
    host,
    latest: () => known,
    read: async (signal) => {
      await bus.open()
      let seen = await look(signal)
      for (let answers = 1; answers < mostAnswers && seen.some(inMotion); answers += 1) {
        flight = null
        seen = await look(signal)
      }
      take(seen.map(({ record }) => record))
      const now = clock.now()
      return seen.map((one) => ({ ...one, history: memory(one.record), now }))
    },
    order: (method, argument, signal) => {
      flight = null
      return call({ home: path, host }, method, argument, signal).finally(() => {
        happened += 1
      })
    },
    watch: (changed) => {
      watchers.add(changed)
      void bus.open()
      return () => watchers.delete(changed)
    },
    close: () => {
      watchers.clear()
      bus.close()
    },
  }
}
