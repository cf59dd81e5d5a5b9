import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Trust } from '../../../src/contract/backup.ts'
import type { DeployConfig, ServiceConfig } from '../../../src/config/types.ts'
import { OperatorError } from '../../../src/contract/error.ts'
import type { Host, ProcessFacts, RunResult } from '../../../src/contract/host.ts'
import type { About } from '../../../src/contract/house.ts'
import type { Colour, Instance, Manager } from '../../../src/contract/service.ts'
import type {
  JobEnd,
  JobKind,
  Memory,
  StepContext,
  StepRecord,
} from '../../../src/flow/jobs/kind.ts'
import { openDatabase } from '../../../src/store/open.ts'
import { backupStore } from '../../../src/store/backups.ts'
import { releaseStore } from '../../../src/store/releases.ts'
import { gitPlace } from '../../support/git.ts'
import { instance } from '../../support/manager.ts'
import { ranWell } from '../../support/facts.ts'

/** The program was killed. Nothing that comes after it is done. */
export class Killed extends Error {}

/** What a test may have happen. */
export interface Mischief {
  /** Kills the bot once the job has come to so many commands of the host, before or after the command was carried out. */
  killAt?: { readonly command: number; readonly after: boolean }
  /** The same at an order to the manager. */
  killAtOrder?: { readonly order: number; readonly after: boolean }
  /** Called before each step. */
  before?: (step: string) => void
  /** Processes that are there beside those of this machine. */
  processes?: () => readonly ProcessFacts[]
  /** nginx finds a fault in its config. */
  nginxRefuses?: () => boolean
  /** How far its backups may be trusted. */
  trust?: (backup: string) => Trust
  /** Answers of the watch's looks. */
  look?: () => { ok: boolean; saw: string; latency: number | null }
}

type Part = Partial<DeployConfig>

/** One app under a manager: what it runs is what its link pointed to when it was started. */
function createApp(link: string, orders: string[], order: (text: string) => Promise<void>) {
  let running: string | null = null
  let known = false
  // No real process has such a number.
  let pid = 5_000_000
  const log: string[] = []
  const started = () => {
    log.push(`2026-01-31T02:10:11Z ERROR ${pid} does not work`)
    running = existsSync(link) ? readlinkSync(link) : null
    known = true
    pid += 1
  }
  const told = async (text: string, act: () => void): Promise<void> => {
    await order(`${text} ${link.split('/').at(-1)}`)
    orders.push(text)
    act()
  }
  const status = (): Instance[] => {
    if (!known) return [instance({ state: 'missing', pid: null, since: null })]
    if (running === null) return [instance({ state: 'stopped', pid: null, since: null })]
    return [instance({ pid, since: pid })]
  }
  return {
    running: () => running,
    pid: () => pid,
    started,
    manager: {
      manager: 'pm2',
      restartSteps: () => ['pm2 restart web'],
      status: async () => status(),
      restart: () => told('restart', started),
      reload: () => told('reload', started),
      reloading: async () => ({ gap: 1_600 }),
      start: () => told('start', started),
      stop: () => told('stop', () => (running = null)),
      logs: async (lines) => log.slice(-lines),
    } satisfies Manager,
  }
}

/** A repository, a deploy path, a service that runs what is live there, and the job engine's part. */
export function createStage(part: Part = {}, mischief: Mischief = {}) {
  const { home, root, origin, host: real } = gitPlace()
  mkdirSync(root, { recursive: true })
  const db = openDatabase(join(home, 'state'))
  onTestFinished(() => void db.close())
  const releases = releaseStore(db)
  const orders: string[] = []
  const output: string[] = []
  let commands = 0
  let ordered = 0
  /** Only then it is killed. */
  let isRunning = false
  let now = Date.UTC(2026, 0, 31, 2, 10, 11)
  let asked: Colour | null = null
  let remembered: Memory = {}

  const kill = (): void => {
    if (isRunning) throw new Killed('killed')
  }
  const order = async (): Promise<void> => {
    const at = mischief.killAtOrder
    ordered += 1
    if (at && !at.after && ordered === at.order) kill()
  }
  const afterOrder = (): void => {
    const at = mischief.killAtOrder
    if (at?.after && ordered === at.order) kill()
  }
  const apps = {
    current: createApp(join(root, 'current'), orders, order),
    blue: createApp(join(root, 'blue'), orders, order),
    green: createApp(join(root, 'green'), orders, order),
  }
  const coloured = part.strategy === 'blue-green'
  const serving = () => (coloured ? (asked ? apps[asked] : null) : apps.current)
  const host: Host = {
    ...real,
    processes: async () => mischief.processes?.() ?? (await real.processes()),
    async run(command, options) {
      const at = mischief.killAt
      commands += 1
      const turn = commands
      if (at && !at.after && turn === at.command) kill()
      const words = typeof command === 'string' ? [command] : command
      const result = await act(words, command, options)
      if (at?.after && turn === at.command) kill()
      return result
    },
  }
  const act: (
    words: readonly string[],
    ...rest: Parameters<Host['run']>
  ) => Promise<RunResult> = async (words, command, options) => {
    // nginx takes its new config; the file has been written for real.
    if (words[0] === 'nginx') {
      if (mischief.nginxRefuses?.()) return { ...ranWell, code: 1 }
      if (words.includes('reload')) asked = colourInInclude()
      return ranWell
    }
    if (words[0] === 'start-app') {
      const colour = options.env?.['COLOUR']
      apps[colour === 'blue' || colour === 'green' ? colour : 'current'].started()
      return ranWell
    }
    return real.run(command, options)
  }
  const include = join(home, 'upstream.conf')
  const colourInInclude = (): Colour | null => {
    const text = existsSync(include) ? readFileSync(include, 'utf8') : ''
    if (text.includes('3001')) return 'blue'
    return text.includes('3002') ? 'green' : null
  }

  const deploy: DeployConfig = {
    repo: origin.path,
    branch: 'main',
    path: root,
    shared: [],
    validate: [['test', '-f', 'index.js']],
    build: [['cp', 'index.js', 'built.js']],
    backup: [],
    strategy: 'reload',
    exclusive: false,
    healthy: { within: 1_000, for: 1_000 },
    watch: 0,
    autoRollback: false,
    bake: 0,
    keep: 2,
    retry: 1,
    timeout: 60_000,
    start: ['start-app'],
    ...(coloured && {
      blueGreen: {
        ports: { blue: 3001, green: 3002 },
        include,
        test: ['nginx', '-t'],
        reload: ['nginx', '-s', 'reload'],
      },
    }),
    ...part,
  }
  const service = {
    name: 'web',
    host: 'main',
    manager: { kind: 'pm2', name: 'web' },
    env: {},
    restart: 'ask',
    // No step reads the check: looking is the engine's.
    check: {} as ServiceConfig['check'],
    deploy,
  } satisfies ServiceConfig

  const managerNow = (): Manager => {
    if (!coloured) return apps.current.manager
    const { blue, green } = apps
    const live = (): Manager => (serving() ?? blue).manager
    return {
      ...blue.manager,
      status: async (signal) =>
        serving()
          ? live().status(signal)
          : [instance({ state: 'missing', pid: null, since: null })],
      logs: (...all) => live().logs(...all),
      colours: { blue: blue.manager, green: green.manager, live: async () => colourInInclude() },
    }
  }
  const guarded = (manager: Manager): Manager => ({
    ...manager,
    ...Object.fromEntries(
      (['restart', 'reload', 'start', 'stop'] as const).map((verb) => [
        verb,
        async (signal: AbortSignal) => {
          await manager[verb](signal)
          afterOrder()
        },
      ]),
    ),
  })

  /** A release answers as it should where its index.js does not say that it is bad. */
  const isGood = (release: string | null): boolean =>
    release !== null &&
    existsSync(join(root, release, 'built.js')) &&
    !readFileSync(join(root, release, 'built.js'), 'utf8').includes('bad')

  const contextOf = (): StepContext<Memory> => {
    const { signal } = new AbortController()
    return {
      host: (name) => {
        if (name === 'main') return host
        throw new OperatorError(`${name} cannot be worked on`)
      },
      service: () => service,
      allServices: () => [service],
      task: () => undefined,
      fixKind: () => undefined,
      services: {
        get: () => {
          const manager = guarded(managerNow())
          const { colours } = manager
          if (!colours) return manager
          const { blue, green, live } = colours
          return { ...manager, colours: { blue: guarded(blue), green: guarded(green), live } }
        },
      },
      releases,
      now: () => now,
      monotonic: () => now,
      redact: (text) => text,
      signal,
      samples: () => [],
      backup: () => {
        throw new OperatorError('there is no backup')
      },
      backups: backupStore(db),
      trust: (name) => mischief.trust?.(name) ?? 'proven',
      holds: { of: () => null, put() {}, release() {}, demandFree() {} },
      scratch: (name) => join(root, 'scratch', name),
      restored: (name) => join(root, 'restored', name),
      timezone: 'UTC',
      progress: () => undefined,
      child: () => {
        throw new OperatorError('no other job can be begun')
      },
      job: 7,
      trail: [],
      by: 'Asha',
      async run(_, command, options) {
        const result = await host.run(command, { ...options, signal })
        output.push(result.out, result.err)
        if (result.code === 0) return result
        throw new OperatorError(`${[command].flat().join(' ')} failed (exit code ${result.code})`)
      },
      say: (text) => void output.push(text),
      remember: (some) => void (remembered = { ...remembered, ...some }),
      pause: async (ms) => void (now += ms),
      healthy: async (_, __, colour) => {
        const app = colour ? apps[colour] : serving()
        const ok = isGood(app?.running() ?? null)
        return { ok, after: ok ? 'answers' : 'HTTP 500' }
      },
      look: async () => mischief.look?.() ?? { ok: true, saw: 'answers', latency: 10 },
    }
  }

  /** Takes a job from its beginning to its end, through every kill. */
  async function run(kind: JobKind, about: About): Promise<{ end: JobEnd; trail: StepRecord[] }> {
    isRunning = false
    remembered = (await kind.ask(about, contextOf())).memory
    commands = 0
    ordered = 0
    isRunning = true
    const trail: StepRecord[] = []
    for (let count = 0; count < 200; count++) {
      const move = kind.next(remembered, trail)
      if ('end' in move) return { end: move.end, trail }
      const { step } = move
      mischief.before?.(step)
      try {
        const part = await kind.steps[step]?.run(remembered, contextOf())
        remembered = { ...remembered, ...part }
        trail.push({ step, end: 'done' })
      } catch (thrown) {
        if (thrown instanceof Killed) trail.push({ step, end: 'cut-short' })
        else if (thrown instanceof OperatorError)
          trail.push({ step, end: 'failed', why: thrown.message })
        else throw thrown
      }
    }
    throw new Error(`not over: ${trail.map(({ step, end }) => `${step} ${end}`).join(', ')}`)
  }

  const ls = (path: string): string[] => (existsSync(path) ? readdirSync(path) : [])
  return {
    root,
    origin,
    releases,
    orders,
    output,
    deploy,
    mischief,
    ask: (kind: JobKind, about: About) => kind.ask(about, contextOf()),
    run,
    tick: (ms: number) => void (now += ms),
    seen: () => ({
      serves: serving()?.running() ?? null,
      current: existsSync(join(root, 'current')) ? readlinkSync(join(root, 'current')) : null,
      directories: ls(join(root, 'releases')).toSorted(),
      scratch: ls(join(root, 'scratch')),
      rows: releases.of('web').map(({ name, state }) => `${name} ${state}`),
    }),
    isGood,
    stop: () => apps.current.manager.stop(),
    /** Of what runs now. */
    pid: () => serving()?.pid() ?? 0,
  }
}
