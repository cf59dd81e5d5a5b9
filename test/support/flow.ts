import { rmSync } from 'node:fs'
import { onTestFinished } from 'vitest'
import { formatIssue } from '../../src/config/issue.ts'
import { loadConfig } from '../../src/config/load.ts'
import type { Config } from '../../src/config/types.ts'
import type { Host } from '../../src/contract/host.ts'
import type { House } from '../../src/contract/house.ts'
import type { Operator } from '../../src/contract/operator.ts'
import type { Incident } from '../../src/core/incident.ts'
import { createRedactor } from '../../src/core/redact.ts'
import { type Flow, openFlow } from '../../src/flow/flow.ts'
import type { Listed } from '../../src/flow/outside.ts'
import type { JobKind } from '../../src/flow/jobs/kind.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { type FakeChat, fakeChat } from './chat.ts'
import { fakeHost } from './facts.ts'
import { tempHome } from './home.ts'
import { type FakeServices, fakeServices } from './manager.ts'
import { type ManualClock, manualClock, settled } from './manual.ts'
import { fakeKinds, freshOuter, type Outer } from './plugins.ts'

export const asha: Operator = { id: 1001, name: 'Asha', role: 'admin' }
export const ben: Operator = { id: 1002, name: 'Ben', role: 'operator' }

const people = `
operators:
  - { id: 1001, name: Asha, role: admin }
  - { id: 1002, name: Ben, role: operator }
defaults: off
`

export interface WorldOptions {
  /** Epoch milliseconds or an ISO time at the start. */
  readonly at?: number | string
  /** Nothing was ever started in this home. */
  readonly fresh?: boolean
  /** How many messages the first run waits with. */
  readonly unreachable?: readonly string[]
  /** Kinds of long actions. */
  readonly jobs?: readonly JobKind[]
  /** The machine; default: one that is made up. */
  readonly host?: Host
}

/** The real flow over the real store and core, with a clock, a chat, probes and fixes of a test's own. */
export interface World extends Outer, AsyncDisposable {
  readonly home: string
  readonly clock: ManualClock
  readonly chat: FakeChat
  readonly services: FakeServices
  /** Of the running program; they are new after each start. */
  store: Store
  flow: Flow
  house: House
  readonly faults: unknown[]
  /** What `/health` would complain about now; null while all is well. */
  fault: unknown
  readonly logged: { readonly level: string; readonly message: string }[]
  heldBack: boolean
  /** What a backup's repository holds. */
  snapshots: (backup: string) => readonly Listed[] | Promise<never>
  /** What the config has scheduled, by its pattern: there is one heartbeat. */
  readonly scheduled: Map<string, () => void>
  start(): Promise<void>
  /** As on SIGTERM. */
  stop(): Promise<void>
  /** As by `kill -9`: nothing more is written. */
  kill(): Promise<void>
  /** `kill -9`, then a start. */
  crash(): Promise<void>
  reload(yaml: string): Promise<void>
  /** What the file says at the next start. */
  configure(yaml: string): void
  advance(ms: number): Promise<void>
  /** A long time in coarse steps. */
  pass(ms: number, step?: number): Promise<void>
  /** The one open incident of a check. */
  incident(check: string): Incident
  /** Every incident of a check, oldest first. */
  incidents(check: string): readonly Incident[]
  events(kind?: string): readonly { readonly kind: string; readonly reason: string }[]
}

function read(yaml: string, outer: Outer, now: number): Config {
  const zone = yaml.includes('timezone:') ? '' : 'timezone: UTC\n'
  const loaded = loadConfig({
    now,
    file: 'mechanic.yaml',
    text: people + zone + yaml,
    env: {},
    home: '/home/asha',
    kinds: fakeKinds(outer),
    machineZone: 'UTC',
    languages: ['en'],
  })
  if ('config' in loaded) return loaded.config
  throw new Error(loaded.issues.map(formatIssue).join('\n'))
}

const day = 86_400_000

/** When a daily schedule such as "30 2 * * *" runs next, in UTC; never for any other. */
function dailyRuns(pattern: string, now: number, count: number): readonly number[] {
  const [, minute, hour] = /^(\d+) (\d+) \* \* \*$/.exec(pattern) ?? []
  if (minute === undefined || hour === undefined) return []
  const today = Math.floor(now / day) * day + Number(hour) * 3_600_000 + Number(minute) * 60_000
  const first = today > now ? today : today + day
  return Array.from({ length: count }, (_, index) => first + index * day)
}

/** Opens a world with a config, and starts it. */
export async function openWorld(yaml: string, options: WorldOptions = {}): Promise<World> {
  const home = tempHome()
  const clock = manualClock(new Date(options.at ?? '2026-03-10T12:00:00Z').getTime())
  const outer = freshOuter(options.jobs)
  let config = read(yaml, outer, clock.now())
  const services = fakeServices(() => config)
  const chat = fakeChat(config.timezone, () => clock.now())
  const host = options.host ?? fakeHost({ booted: 0 })
  let stopping = new AbortController()
  const say = (level: string) => (_: object, message: string) =>
    void world.logged.push({ level, message })

  const open = (): void => {
    stopping = new AbortController()
    world.store = openStore(home)
    const { store } = world
    if (options.fresh !== true && store.meta.number('arrived-at') === null) {
      store.meta.set('arrived-at', clock.now())
      store.meta.set('summary-from', clock.now())
    }
    world.flow = openFlow({
      clock,
      store,
      services,
      sender: chat.sender,
      schedule: (pattern, _, run) => {
        world.scheduled.set(pattern, run)
        return {
          cancel: () => void world.scheduled.delete(pattern),
          next: (count) => dailyRuns(pattern, clock.now(), count),
        }
      },
      runs: (pattern, _, count) => dailyRuns(pattern, clock.now(), count),
      startedAt: clock.now(),
      home,
      kinds: fakeKinds(outer),
      hosts: new Map([['main', host]]),
      redact: createRedactor(['hunter22']),
      stop: stopping.signal,
      log: {
        trace: say('trace'),
        debug: say('debug'),
        info: say('info'),
        warn: say('warn'),
        error: say('error'),
      },
      config: () => config,
      fix: (name) => config.fixes.find((one) => one.name === name),
      chat: () => {
        const moved = store.meta.number(`moved:${config.notify.chat.id}`)
        return moved === null ? config.notify.chat : { id: moved }
      },
      heldBack: () => world.heldBack,
      unreachable: () => options.unreachable ?? [],
      sweep: () => undefined,
      loop: () => ({ expect() {}, rest() {} }),
      fault(error) {
        world.fault = error
        if (error !== null) world.faults.push(error)
      },
      settings: () => {
        throw new Error('nobody asks for the settings')
      },
      replicate: () => {
        throw new Error('nobody replicates anything')
      },
      snapshots: async (backup) => world.snapshots(backup.name),
      rehearsing: {
        list: () => [],
        run: () => Promise.reject(new Error('nobody asks for a rehearsal')),
      },
    })
    world.house = world.flow.house
  }

  const close = (): void => {
    clock.clear()
    world.store.close()
  }

  const world: World = Object.assign(outer, {
    home,
    clock,
    chat,
    services,
    faults: [],
    fault: null,
    logged: [],
    heldBack: false,
    snapshots: () => [],
    scheduled: new Map<string, () => void>(),
    store: undefined as unknown as Store,
    flow: undefined as unknown as Flow,
    house: undefined as unknown as House,
    async start() {
      open()
      running = true
      await world.flow.start()
      await settled()
    },
    async stop() {
      world.flow.pause()
      stopping.abort()
      await world.flow.stop()
      running = false
      close()
    },
    async kill() {
      clock.clear()
      world.flow.pause()
      stopping.abort()
      await settled()
      running = false
      close()
    },
    async crash() {
      await world.kill()
      await world.start()
    },
    configure(yaml: string) {
      config = read(yaml, outer, clock.now())
    },
    async reload(yaml: string) {
      world.configure(yaml)
      await world.flow.reconfigure()
      await settled()
    },
    advance: (ms: number) => clock.advance(ms),
    async pass(ms: number, step = 3e4) {
      for (let left = ms; left > 0; left -= step) await clock.leap(Math.min(step, left))
    },
    incident(check: string) {
      const found = world.store.incidents.open().filter((one) => one.check === check)
      if (found.length !== 1 || !found[0]) throw new Error(`${found.length} open of ${check}`)
      return found[0]
    },
    incidents: (check: string) =>
      world.store.incidents
        .recent(1e3)
        .filter((one) => one.check === check)
        .toReversed(),
    events: (kind?: string) =>
      world.store.events
        .recent(1e4)
        .filter((one) => kind === undefined || one.kind === kind)
        .toReversed(),
    [Symbol.asyncDispose]: () => end(),
  })
  let running = false
  const end = async (): Promise<void> => {
    if (running) await world.kill()
    rmSync(home, { recursive: true, force: true })
  }
  onTestFinished(end)
  await world.start()
  return world
}
