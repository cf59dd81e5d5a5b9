import type { BackupFacts, Backups } from '../../src/contract/backup.ts'
import { OperatorError } from '../../src/contract/error.ts'
import type { FilePart, Host, RunOptions, RunResult } from '../../src/contract/host.ts'
import type {
  Instance,
  LogPage,
  Manager,
  Pm2Process,
  Services,
} from '../../src/contract/service.ts'

/**
 * A host and services that answer with the facts of an example. A fact has the name of the method
 * that asks for it, and `cpu` may be a list of successive answers. `run` is what a command writes, a
 * part of a result, or a list of such parts with `match`, a part of the command line. `service` is
 * the status of every service, `logs` its lines, `page` what it logged since a cursor, `pm2` the
 * processes of every PM2, `backup` what is known of every backup. `read` is the text of every file. What there is no fact for is refused.
 */
export type Facts = Readonly<Record<string, unknown>>

/** How a command ends that did well and said nothing. */
export const ranWell: RunResult = {
  code: 0,
  signal: null,
  out: '',
  err: '',
  took: 1,
  aborted: false,
  missing: false,
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const refuse = (what: string): never => {
  throw new OperatorError(`there is no fact "${what}" in the example`)
}

/** Never answers; ends with the signal. */
const hang = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** The fact that makes `run` and services hang until they are aborted. */
export const hanging = Symbol('hanging')

async function run(facts: Facts, line: string, signal: AbortSignal): Promise<RunResult> {
  const fact = facts['run'] ?? refuse('run')
  if (fact === hanging || signal.aborted) {
    await hang(signal)
    return { ...ranWell, code: null, signal: 'SIGTERM', aborted: true }
  }
  if (typeof fact === 'string') return { ...ranWell, out: fact }
  if (!Array.isArray(fact)) return isRecord(fact) ? { ...ranWell, ...fact } : (fact as RunResult)
  const found: unknown = fact.find(
    (one) => isRecord(one) && typeof one['match'] === 'string' && line.includes(one['match']),
  )
  return isRecord(found) ? { ...ranWell, ...found } : refuse(`run ${line}`)
}

/** A part of the file that has this text, written to at the time that all examples have. */
function partOf(text: unknown, path: string, from: number, length: number): FilePart | null {
  if (typeof text !== 'string') return null
  const all = Buffer.from(text)
  const bytes = all.subarray(from, from + length)
  return { bytes, size: all.length, modified: 1_800_000_000_000, device: 1, inode: path }
}

export function fakeHost(facts: Facts): Host {
  const asked = new Map<string, number>()
  const answer = async <T>(name: string): Promise<T> => {
    if (!(name in facts)) refuse(name)
    const fact = facts[name]
    if (name !== 'cpu' || !Array.isArray(fact)) return fact as T
    const times = asked.get(name) ?? 0
    asked.set(name, times + 1)
    return fact[Math.min(times, fact.length - 1)] as T
  }
  return {
    name: 'main',
    local: true,
    cpu: () => answer('cpu'),
    memory: () => answer('memory'),
    load: () => answer('load'),
    disk: () => answer('disk'),
    mounts: () => answer('mounts'),
    processes: () => answer('processes'),
    openDeleted: () => answer('openDeleted'),
    oomKills: () => answer('oomKills'),
    booted: () => answer('booted'),
    run: (command, options: RunOptions) => run(facts, [command].flat().join(' '), options.signal),
    files: {
      glob: () => answer('glob'),
      mountPoints: async () => [],
      look: () => answer('look'),
      walk: () => answer('walk'),
      read: async (path, from, length) => partOf(await answer('read'), path, from, length),
      renamed: async () => null,
      real: async (path) => path,
      remove: () => answer('remove'),
    },
  }
}

export const fakeBackups = (facts: Facts): Backups => ({
  get: () => (facts['backup'] ?? refuse('backup')) as BackupFacts,
})

export function fakeServices(facts: Facts): Services {
  const ask = async <T>(name: string, signal: AbortSignal): Promise<T> => {
    if (facts[name] === hanging) await hang(signal)
    signal.throwIfAborted()
    return (name in facts ? facts[name] : refuse(name)) as T
  }
  const manager: Manager = {
    manager: 'fake',
    restartSteps: () => ['restart it'],
    status: (signal) => ask<readonly Instance[]>('service', signal),
    restart: (signal) => ask('restart', signal),
    reload: (signal) => ask('reload', signal),
    reloading: (signal) => ask('reloading', signal),
    start: (signal) => ask('start', signal),
    stop: (signal) => ask('stop', signal),
    logs: (_, signal) => ask<readonly string[]>('logs', signal),
    ...('page' in facts && { logsAfter: (_, signal) => ask<LogPage>('page', signal) }),
  }
  return {
    get: () => manager,
    pm2: (_, signal) => ask<readonly Pm2Process[]>('pm2', signal),
  }
}
