import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createRestic } from '../../../src/backup/restic/restic.ts'
import { sourceOf } from '../../../src/backup/sources.ts'
import type { BackupConfig, BackupSource } from '../../../src/config/types.ts'
import { OperatorError } from '../../../src/contract/error.ts'
import type { About } from '../../../src/contract/house.ts'
import type { Instance } from '../../../src/contract/service.ts'
import { safetyTag } from '../../../src/core/backup/safety.ts'
import type { StepRecord } from '../../../src/core/job/record.ts'
import { holdsOf } from '../../../src/flow/holds.ts'
import type { JobEnd, Memory, StepContext } from '../../../src/flow/jobs/kind.ts'
import { createLocalHost } from '../../../src/host/local.ts'
import { systemClock } from '../../../src/host/clock.ts'
import restore from '../../../src/jobs/restore.ts'
import { openStore } from '../../../src/store/store.ts'
import { tempHome } from '../../support/home.ts'
import { instance } from '../../support/manager.ts'
import { scratch } from '../../support/tool.ts'

/** The bot dies here: whatever the step has done stays. */
export class Killed extends Error {}

/** What a test does to a restore. */
export interface Mischief {
  /** Before a step; a throw ends it as it would end the step. */
  before?: (step: string) => Promise<void> | void
  /** After a step has done its work, before that is written down. */
  after?: (step: string) => void
  /** The service has failed before; nobody has stopped it. */
  failed?: boolean
  /** What runs the service does not tell its process. */
  mute?: boolean
  /** A service does not become healthy. */
  sick?: boolean
}

export interface StageOptions extends Partial<Omit<BackupConfig, 'source' | 'name'>> {
  /** The service that is stopped, or none. */
  readonly service?: boolean
}

/**
 * A restore in front of real tools, with a service that only notes what was done to it. Backups are
 * taken by the parts that their job uses too.
 */
export function openStage(
  source: BackupSource,
  { service: hasService = true, ...more }: StageOptions = {},
) {
  const home = tempHome()
  const root = scratch()
  const store = openStore(home)
  const host = createLocalHost('main', { clock: systemClock })
  const config: BackupConfig = {
    name: 'app-db',
    host: 'main',
    source:
      hasService && (source.kind === 'paths' || source.kind === 'sqlite')
        ? { ...source, stop: 'web' }
        : source,
    repository: join(root, 'repository'),
    password: 'correct horse',
    env: {},
    keep: null,
    appendOnly: false,
    timeout: 60_000,
    verify: { parts: 1 },
    drill: { expect: [] },
    exclusive: false,
    ...more,
  }
  const mischief: Mischief = {}
  const orders: string[] = []
  const output: string[] = []
  let up = true
  let memory: Memory = {}
  let jobs = 0

  const manager = {
    status: async (): Promise<readonly Instance[]> => [
      up
        ? instance({ pid: mischief.mute === true ? null : 999_999_999 })
        : instance({ state: mischief.failed === true ? 'down' : 'stopped', pid: null }),
    ],
    start: async () => {
      orders.push('start')
      up = true
    },
    stop: async () => {
      orders.push('stop')
      up = false
    },
  }

  /** Takes a backup; the run is written down, as a good one unless it is doubted. */
  async function backup(
    job = (jobs += 1),
    { safety = false, why = null }: { safety?: boolean; why?: string | null } = {},
  ): Promise<string> {
    const { signal } = new AbortController()
    const tool = { host, signal, say: () => undefined }
    const { repository: url, password, env, name } = config
    const cache = join(root, 'cache')
    const restic = createRestic({ name, url, password, env, cache }, tool)
    if (!existsSync(config.repository)) await restic.init()
    const place = join(root, 'staged')
    mkdirSync(place, { recursive: true })
    const staged = await sourceOf(config).stage(place, tool)
    const { bytes, added, files } = await restic.backup(staged.paths, {
      tags: safety ? [safetyTag] : [],
    })
    const { id: snapshot = '', at = 0 } = (await restic.snapshots()).at(-1) ?? {}
    await host.run(['rm', '-rf', place], { signal })
    const verdict = why === null ? 'good' : 'doubtful'
    const facts = { snapshot, bytes, added, files, at, why, verdict, safety } as const
    const times = { beganAt: at, endedAt: Date.now() }
    store.backups.addRun({
      repository: null,
      ...facts,
      ...times,
      backup: name,
      job,
      sources: staged.expected,
      counts: staged.counts,
    })
    return snapshot
  }

  const contextOf = (): StepContext<Memory> => {
    const { signal } = new AbortController()
    const service = { name: 'web', host: 'main' }
    const context = {
      host: () => host,
      service: () => service,
      allServices: () => (hasService ? [{ ...service, deploy: { backup: ['app-db'] } }] : []),
      services: { get: () => manager },
      backup: () => config,
      backups: store.backups,
      holds: holdsOf({ store }),
      scratch: (name: string) => join(home, 'scratch', name),
      restored: (name: string) => join(home, 'restored', name),
      timezone: 'UTC',
      now: () => Date.now(),
      monotonic: () => performance.now(),
      redact: (text: string) => text,
      signal,
      job: 7,
      trail: [],
      say: (text: string) => void output.push(text),
      progress: () => undefined,
      pause: async () => undefined,
      remember: (part: Memory) => void (memory = { ...memory, ...part }),
      healthy: async () =>
        mischief.sick === true ? { ok: false, after: 'HTTP 500' } : { ok: true, after: 'answers' },
      async child(kind: string, about: About) {
        orders.push(kind)
        const id = (jobs += 1)
        await backup(id, { safety: about['for'] === 'safety' })
        return { id, end: { ok: true, outcome: 'backed-up', text: { id: 'x' } }, memory: {} }
      },
    }
    // As much of it as restores use.
    return context as unknown as StepContext<Memory>
  }

  async function doStep(step: string): Promise<StepRecord> {
    try {
      await mischief.before?.(step)
      const part = await restore.steps[step]?.run(memory, contextOf())
      mischief.after?.(step)
      memory = { ...memory, ...part }
      return { step, end: 'done' }
    } catch (thrown) {
      if (thrown instanceof Killed) return { step, end: 'cut-short' }
      if (thrown instanceof OperatorError) return { step, end: 'failed', why: thrown.message }
      throw thrown
    }
  }

  /** Takes a restore from its beginning to its end, through every kill. */
  async function run(about: About): Promise<{ end: JobEnd; trail: readonly StepRecord[] }> {
    memory = (await restore.ask(about, contextOf())).memory
    const trail: StepRecord[] = []
    for (let count = 0; count < 100; count++) {
      const move = restore.next(memory, trail)
      if ('end' in move) return { end: move.end, trail }
      trail.push(await doStep(move.step))
    }
    throw new Error(`not over: ${trail.map(({ step, end }) => `${step} ${end}`).join(', ')}`)
  }

  return {
    home,
    root,
    config,
    mischief,
    orders,
    output,
    holds: holdsOf({ store }),
    backup: (why?: string) => backup(undefined, { why: why ?? null }),
    ask: (about: About) => restore.ask(about, contextOf()),
    run,
    restore: (to: 'side' | 'live', what = 'latest', rest: About = {}) =>
      run({ backup: 'app-db', what, to, ...rest }),
    memory: () => memory,
    isUp: () => up,
    /** As a person stops the service. */
    halt: () => void (up = false),
    close: () => store.close(),
  }
}

export type Stage = ReturnType<typeof openStage>
