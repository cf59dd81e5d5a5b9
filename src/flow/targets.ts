import type { Config } from '../config/types.ts'
import type { Clock, Timer } from '../contract/clock.ts'
import { messageOf } from '../contract/error.ts'
import type { Host } from '../contract/host.ts'
import type { Log } from '../contract/log.ts'
import type { Loop } from '../contract/loop.ts'
import type { Store } from '../store/store.ts'
import type { Checking } from './checking.ts'
import type { FlowServices, Schedule } from './outside.ts'
import type { Judging } from './judging.ts'
import type { Kinds } from './kinds.ts'
import { type Target, targetId, targetsOf } from './target.ts'

export interface TargetsOutside {
  readonly clock: Clock
  readonly log: Log
  readonly store: Store
  readonly kinds: Kinds
  readonly hosts: ReadonlyMap<string, Host>
  readonly services: FlowServices
  readonly checking: Checking
  readonly judging: Judging
  readonly stop: AbortSignal
  readonly schedule: Schedule
  config(): Config
  loop(name: string): Loop
}

/** PM2's list is read this often, beside its events: what was missed is made good. */
const discoverEvery = 60_000
const discoverWithin = 5_000
/** Later than this it is stuck. */
const patience = 60_000

/** After a start PM2 may need a while before it lists what it ran before. */
const orphanPatience = 180_000

/** What makes two targets the same: a changed one starts afresh, the others go on undisturbed. */
const fingerprint = ({ check, service }: Target): string => JSON.stringify([check, service])

/** The targets there are, kept in step with the config and with what PM2 runs. */
export function createTargets(outside: TargetsOutside) {
  const { clock, log, store, services, checking, judging } = outside
  const targets = new Map<string, Target>()
  /** Open incidents that no target is about, and since when (monotonic). */
  const orphans = new Map<number, number>()
  const loop = outside.loop('PM2 discovery')
  let heartbeat: Timer | null = null
  let unwatch = (): void => undefined
  let timer: Timer | null = null
  let stopped = false
  /** Something came or went that the targets do not show yet. */
  let behind = false

  /** What is no longer watched cannot be wrong any more, as far as anybody knows. */
  const retire = (target: Target): void => {
    checking.stop(target.id)
    targets.delete(target.id)
    const gone = store.incidents
      .open()
      .filter((one) => one.check === target.check.name && one.host === target.host.name)
    store.atomically(() => {
      for (const { subject, cause } of gone) judging.settle(target, cause, subject, 'removed')
    })
  }

  const sync = (): void => {
    const wanted = new Map(
      targetsOf(outside.config(), services.all(), outside.kinds, outside.hosts).map((one) => [
        one.id,
        one,
      ]),
    )
    for (const target of Array.from(targets.values())) if (!wanted.has(target.id)) retire(target)
    for (const target of wanted.values()) {
      const known = targets.get(target.id)
      if (known && fingerprint(known) === fingerprint(target)) continue
      judging.recall(target)
      targets.set(target.id, target)
      checking.start(target)
    }
    retireUnknown()
    behind = false
  }

  /** Incidents of an earlier run whose check is not configured any more. */
  const retireUnknown = (): void => {
    const now = clock.monotonic()
    const open = store.incidents.open().filter((one) => !targets.has(targetId(one.check, one.host)))
    const ids = new Set(open.map(({ id }) => id))
    for (const id of Array.from(orphans.keys())) if (!ids.has(id)) orphans.delete(id)
    for (const { id } of open) if (!orphans.has(id)) orphans.set(id, now)
    judging.retire(open.filter(({ id }) => now - (orphans.get(id) ?? now) >= orphanPatience))
  }

  const discover = async (): Promise<boolean> => {
    const signal = AbortSignal.any([AbortSignal.timeout(discoverWithin), outside.stop])
    try {
      return await services.discover(signal)
    } catch (error) {
      log.info({ why: messageOf(error) }, 'PM2 could not be asked what it runs')
      return false
    }
  }

  const waitForNext = (): void => {
    timer?.cancel()
    loop.expect(discoverEvery + patience)
    timer = clock.after(discoverEvery, () => void rediscover())
  }

  const rediscover = async (): Promise<void> => {
    if (stopped) return
    timer?.cancel()
    try {
      behind = (await discover()) || behind
      if (behind && !stopped) sync()
      else if (!stopped) retireUnknown()
    } catch (error) {
      log.error({ err: error }, 'what PM2 runs could not be taken over, tried again')
    }
    if (!stopped) waitForNext()
  }

  return {
    all: (): ReadonlyMap<string, Target> => targets,
    async refresh(): Promise<void> {
      await discover()
      if (stopped) return
      sync()
      unwatch()
      unwatch = services.watchDiscovery(() => void rediscover())
      waitForNext()
    },
    /** Has the heartbeat told on its schedule, in the configured zone. */
    schedule(run: () => void): void {
      heartbeat?.cancel()
      const { notify, timezone } = outside.config()
      heartbeat = outside.schedule(notify.heartbeat.schedule, timezone, run)
    },
    stop(): void {
      stopped = true
      timer?.cancel()
      loop.rest()
      unwatch()
      heartbeat?.cancel()
    },
  }
}
