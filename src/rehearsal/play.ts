import { join } from 'node:path'
import type { Config } from '../config/types.ts'
import { messageOf, OperatorError } from '../contract/error.ts'
import type { Stage } from '../contract/fix.ts'
import type { Sender } from '../contract/sender.ts'
import { type Flow, openFlow } from '../flow/flow.ts'
import { openStore, type Store } from '../store/store.ts'
import { pauseOf } from '../flow/pause.ts'
import type { RehearsalOutside } from './outside.ts'
import { type Records, storyOf, verdictOf } from './story.ts'

/** The check may fail to see the place at first, but not for longer than this. */
const wellWithin = 30_000
/** How often it is looked whether anything has come of it. */
const lookEvery = 250

/** The rehearsal's messages go nowhere. */
const nobody: Sender = { deliver: () => Promise.resolve({ is: 'sent', messageId: 1 }) }

export interface Played extends ReturnType<typeof storyOf> {
  /** Why it did not end well. */
  readonly problem?: string
}

function recordsOf(store: Store): Records {
  const incident = store.incidents.recent(1)[0]
  return {
    incident,
    events: store.events.recent(200).toReversed(),
    attempts: incident ? store.attempts.ofIncident(incident.id) : [],
  }
}

function openScratchFlow(
  outside: RehearsalOutside,
  config: Config,
  store: Store,
  services: ReturnType<RehearsalOutside['servicesOf']>,
  stop: AbortSignal,
  home: string,
): Flow {
  const { clock, log, kinds, host, redact } = outside
  return openFlow({
    clock,
    log,
    store,
    kinds,
    services: {
      ...services,
      // What PM2 runs on this machine is not the rehearsal's business.
      discover: () => Promise.resolve(false),
      watchDiscovery: () => () => undefined,
    },
    hosts: new Map([[host.name, host]]),
    sender: nobody,
    // Neither a heartbeat nor a watchdog: it lasts two minutes at most.
    schedule: () => ({ cancel() {}, next: () => [] }),
    runs: () => [],
    loop: () => ({ expect() {}, rest() {} }),
    redact,
    startedAt: clock.now(),
    home,
    stop,
    config: () => config,
    fix: (name) => config.fixes.find((one) => one.name === name),
    chat: () => config.notify.chat,
    heldBack: () => false,
    unreachable: () => [],
    sweep: () => undefined,
    fault(error) {
      if (error !== null) log.warn({ err: error }, 'rehearsal: a round failed')
    },
    settings: () => {
      throw new Error('a rehearsal has no settings')
    },
    replicate: () => {
      throw new Error('a rehearsal replicates nothing')
    },
    snapshots: () => Promise.reject(new Error('a rehearsal has no backups')),
    rehearsing: {
      list: () => [],
      run: () => Promise.reject(new Error('a rehearsal rehearses nothing')),
    },
  })
}

/** null while all that is watched is well, else why it is not. */
function unwell(flow: Flow): string | null {
  const [check] = flow.house.checks()
  if (check?.problem !== undefined)
    return `the check cannot see the scratch place: ${check.problem}`
  const subjects = check?.subjects ?? []
  const well = subjects.length > 0 && subjects.every(({ state }) => state === 'ok')
  return well ? null : 'the check did not find the scratch place well'
}

/**
 * Runs the flow on a stage, with a store of its own: sees that all is well, has the fault made, and
 * waits until it is fixed or the fix is at its end.
 *
 * @param signal aborted when the time is up
 */
export async function play(
  outside: RehearsalOutside,
  {
    directory,
    config,
    stage,
  }: {
    readonly directory: string
    readonly config: Config
    readonly stage: Stage
  },
  signal: AbortSignal,
): Promise<Played> {
  const { clock } = outside
  const pause = pauseOf(clock, signal)
  const over = new AbortController()
  await using end = new AsyncDisposableStack()
  const store = openStore(join(directory, 'state'))
  end.defer(() => store.close())
  const services = outside.servicesOf(config)
  end.defer(() => services.close())
  // It is no first run, which would wait to say hello.
  store.meta.set('arrived-at', clock.now())
  const flow = openScratchFlow(
    outside,
    config,
    store,
    services,
    over.signal,
    join(directory, 'state'),
  )
  end.defer(async () => {
    flow.pause()
    over.abort()
    await flow.stop()
  })
  const until = async <T>(look: () => T | null, what: string): Promise<T> => {
    for (;;) {
      const found = look()
      if (found !== null) return found
      if (outside.stop.aborted) throw new OperatorError('interrupted, I am stopping')
      if (signal.aborted) throw new OperatorError(`${what} within the time there is`)
      await pause(lookEvery)
    }
  }
  let made = clock.now()
  const ended = (problem: string | undefined): Played => ({
    ...storyOf(recordsOf(store), made, directory),
    ...(problem !== undefined && { problem: outside.redact(problem) }),
  })
  try {
    await flow.start()
    const patience = clock.monotonic() + wellWithin
    await until(() => {
      const why = unwell(flow)
      if (why !== null && clock.monotonic() >= patience) throw new OperatorError(why)
      return why === null || null
    }, 'the check did not see the scratch place')
    await stage.make()
    made = clock.now()
    const verdict = await until(
      () => verdictOf(recordsOf(store)),
      recordsOf(store).incident ? 'it was not fixed' : 'the fault was not seen',
    )
    return ended(verdict.problem)
  } catch (error) {
    return ended(messageOf(error))
  }
}
