import type { Clock } from '../../contract/clock.ts'
import { OperatorError } from '../../contract/error.ts'
import { pause } from '../proc.ts'
import type { Pm2Home } from './home.ts'
import type { Pm2Record } from './process.ts'

/** What PM2 is told to do with one process. Each ends when PM2 says that it is done, and looks then. */
export interface Orders {
  restart(record: Pm2Record, signal: AbortSignal): Promise<void>
  /** A copy in a cluster is replaced by one that listens already; else it is a restart. */
  reload(record: Pm2Record, signal: AbortSignal): Promise<void>
  /** Does nothing to what runs. */
  start(record: Pm2Record, signal: AbortSignal): Promise<void>
  stop(record: Pm2Record, signal: AbortSignal): Promise<void>
  /** Expected milliseconds without an answer while these are reloaded; null where there are none. */
  gap(records: readonly Pm2Record[]): number | null
}

/** PM2's own (constants.js, KILL_TIMEOUT): how long a process may take to end after its signal. */
const killTimeout = 1600
/**
 * What a Node program takes from its start until it listens, where it does not say so itself. PM2's
 * ProcessContainer and a bare http server take 0.2 to 0.5 s (orders.real.test.ts); a real one loads more.
 */
const boot = 1000
/** Between two attempts while an earlier reload of the same process is not over. */
const between = 250

const runs = ({ status, pid }: Pm2Record): boolean =>
  pid !== null && (status === 'online' || status === 'launching')

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM'
  }
}

/** PM2 answers so since 6.0.9 while the old half of an earlier reload is not gone (God/Reload.js). */
const isUnderWay = (thrown: unknown): boolean =>
  thrown instanceof OperatorError && thrown.message.includes('Reload already in progress')

/**
 * Where an ordered stop hits a process with `wait_ready` that has not said so yet, PM2 takes its end for
 * a death and starts it again, and then refuses to start it a second time (God.js, readyCb). The new
 * one was started after the order, which is what was wanted.
 */
const isStarted = (thrown: unknown): boolean =>
  thrown instanceof OperatorError && /process already (?:started|online)/.test(thrown.message)

/** Milliseconds for which it is stopped anew; PM2 itself gives up after 16 deaths at once. */
const persistence = 10_000

export function createOrders(home: Pm2Home, clock: Clock): Orders {
  /** How long the last restart took, by PM2's own count: until it has started the new process. */
  let lastRestart: number | null = null

  /** The same process now. @throws OperatorError when it was deleted meanwhile */
  const again = async (record: Pm2Record, signal: AbortSignal): Promise<Pm2Record> => {
    const all = await home.read(signal)
    const found = all.find((one) => one.record.id === record.id && one.record.name === record.name)
    if (found) return found.record
    throw new OperatorError(`PM2 on ${home.host} has lost ${record.name}: somebody deleted it`)
  }

  const stop = async (record: Pm2Record, signal: AbortSignal): Promise<void> => {
    // PM2 sends its signal to the old pid without looking: it may belong to another process by now.
    if (record.status === 'waiting restart' && record.pid !== null && isAlive(record.pid))
      throw new OperatorError(
        `PM2 on ${home.host} is about to restart ${record.name} by itself`,
        'Wait for it, or see `pm2 describe` for its restart_delay.',
      )
    await home.order('stopProcessId', record.id, signal)
  }

  const restart = async (record: Pm2Record, signal: AbortSignal): Promise<void> => {
    // PM2 itself would restart it later and refuses meanwhile, so what waits is ended first.
    if (record.status === 'waiting restart') await stop(record, signal)
    const began = clock.monotonic()
    // No `env`: with one, PM2 would hand it to the process.
    await home.order('restartProcessId', { id: record.id }, signal).catch((thrown: unknown) => {
      if (!isStarted(thrown)) throw thrown
    })
    if (runs(record)) lastRestart = clock.monotonic() - began
  }

  const replace = async (record: Pm2Record, signal: AbortSignal): Promise<void> => {
    for (;;)
      try {
        return void (await home.order('reloadProcessId', { id: record.id }, signal))
      } catch (thrown) {
        if (!isUnderWay(thrown) || signal.aborted) throw thrown
        await pause(between, clock)
      }
  }

  /** PM2 ends the old copy also when the new one died or never listened: the next one is spared then. */
  const reload = async (record: Pm2Record, signal: AbortSignal): Promise<void> => {
    if (!record.cluster || record.status !== 'online') return restart(record, signal)
    await replace(record, signal)
    const now = await again(record, signal)
    if (runs(now) && now.restarts <= record.restarts + 1) return
    throw new OperatorError(
      `The new copy of ${record.name} died at once: PM2 process ${record.id} on ${home.host} is ${now.status}`,
      'The copies that were not replaced yet go on running what they ran before.',
    )
  }

  return {
    restart,
    reload,
    start: async (record, signal) => {
      if (runs(record)) return
      await restart(record, signal)
      const now = await again(record, signal)
      if (now.pid !== null || now.status === 'waiting restart') return
      throw new OperatorError(
        `PM2 on ${home.host} did not start ${record.name}: its process ${record.id} is ${now.status}`,
        `See \`pm2 describe ${record.id}\`: it may have \`autostart: false\`, or end at once.`,
      )
    },
    stop: async (record, signal) => {
      const began = clock.monotonic()
      let now = record
      do {
        home.halting(now)
        await stop(now, signal)
        now = await again(record, signal)
        if (now.pid === null && now.status === 'stopped') return home.halting(now)
      } while (
        !(now.status === 'errored' && now.pid !== null) &&
        clock.monotonic() - began < persistence
      )
      throw new OperatorError(
        `PM2 on ${home.host} could not stop ${record.name}: its process ${record.id} is ${now.status}`,
        `See whether process ${now.pid ?? record.pid ?? '?'} hangs, or PM2 starts it again.`,
      )
    },
    gap: (records) => {
      if (records.every((one) => one.cluster && one.status === 'online')) return null
      const ends = records.map((one) => Math.min(one.killTimeout ?? killTimeout, killTimeout))
      if (lastRestart === null) return Math.max(...ends) + boot
      // Only of what says that it is ready has PM2 waited for it.
      return Math.round(lastRestart) + (records.every((one) => one.saysReady) ? 0 : boot)
    },
  }
}
