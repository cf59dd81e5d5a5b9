import type { Clock } from '../../contract/clock.ts'
import { createAnswers } from './answers.ts'
import { createBus } from './bus.ts'
import { historyEvent, signalNote, type SignalNote } from './events.ts'
import type { Sight } from './judge.ts'
import { createMemories } from './memories.ts'
import type { Pm2Record } from './process.ts'
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
  /** From now on, that this process is stopped is the bot's own doing, until it is started. */
  halting(record: Pm2Record): void
  /** Calls back when something happens to a process, with null when it is to the daemon. */
  watch(changed: Watcher): () => void
  close(): void
}

/** Answers asked for until one tells the same story as the bus; more are not waited for. */
const mostAnswers = 3

export function createPm2Home(path: string, host: string, clock: Clock): Pm2Home {
  const at = { home: path, host }
  const memories = createMemories()
  const watchers = new Set<Watcher>()
  let latest: readonly Pm2Record[] = []
  let connected = false
  const answers = createAnswers(
    (signal) => call(at, 'getMonitorData', {}, signal),
    clock,
    () => connected,
  )

  const tell: Watcher = (about) => {
    answers.expire()
    for (const watcher of watchers) watcher(about)
  }
  const bus = createBus(path, clock, {
    event: listen(clock, memories, tell),
    connected: (is) => {
      connected = is
      if (!is) memories.orphan()
      tell(null)
    },
    wanted: () => watchers.size > 0,
  })

  return {
    path,
    host,
    latest: () => latest,
    read: async (signal) => {
      await bus.open()
      let seen = await answers.get(signal)
      for (let count = 1; count < mostAnswers; count += 1) {
        if (!seen.some((one) => one.vital === 'ended' || memories.disagrees(one.record))) break
        answers.expire()
        seen = await answers.get(signal)
      }
      latest = seen.map(({ record }) => record)
      const now = clock.now()
      memories.see(latest, now)
      return seen.map(({ record, vital }) => ({
        record,
        history: memories.of(record),
        zombie: vital === 'zombie',
        now,
      }))
    },
    order: (method, argument, signal) =>
      call(at, method, argument, signal).finally(() => answers.expire()),
    halting: (record) => void memories.add(record, { is: 'halt', at: clock.now() }),
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

/** What the bus says goes into the memories. A signal is named just before the end it belongs to. */
function listen(clock: Clock, memories: ReturnType<typeof createMemories>, tell: Watcher) {
  let note: SignalNote | null = null
  return (topic: string, data: unknown): void => {
    if (topic === 'log:PM2') {
      note = signalNote(data) ?? note
      return
    }
    const told = historyEvent(data, note, clock.now())
    if (!told) return
    if (told.event.is === 'exit') note = null
    const { ended } = memories.add(told.record, told.event)
    tell({ name: told.record.name, ordered: ended === 'ordered' })
  }
}
