import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { OperatorError } from '../../contract/error.ts'
import type { RunResult } from '../../contract/host.ts'
import { urlOf } from '../postgres/address.ts'
import { findServer } from '../postgres/clients.ts'
import { withSession } from '../postgres/connect.ts'
import type { Tool } from '../tool.ts'
import { ownerOf } from './owner.ts'

/** A restored server that runs, and can be asked. */
export interface Side {
  /** Of the database, by a socket in its own directory. */
  readonly url: string
  /** Epoch milliseconds of the last change that is in it; null when the log held none. */
  readonly at: number | null
}

export interface SideOptions {
  /** Absolute: of the restored data. */
  readonly directory: string
  readonly database: string
  /** Who may be its superuser: the first that it knows is taken. */
  readonly users: readonly string[]
  /** A path that is in its command line, by which it is found after a crash. */
  readonly mark: string
}

/** Both lie in the data directory: nobody else may go there. */
const ownFiles = { 'mechanic.conf': '', 'mechanic-hba.conf': 'local all all trust\n' } as const

/**
 * A copy that touches nothing outside of itself: it listens to nobody, archives nothing, asks no other
 * server, and runs none of the libraries whose jobs would go on in it. What is asked of a standby is not
 * asked of it (hot_standby), so that none of the original's sizes are needed.
 */
const settingsOf = ({ directory, mark }: SideOptions): readonly string[] =>
  [
    `mechanic.mark=${mark}`,
    `config_file=${join(directory, 'mechanic.conf')}`,
    `hba_file=${join(directory, 'mechanic-hba.conf')}`,
    `unix_socket_directories=${directory}`,
    'unix_socket_permissions=0700',
    'port=5432',
    'listen_addresses=',
    'ssl=off',
    'hot_standby=off',
    'archive_mode=off',
    'archive_command=',
    'primary_conninfo=',
    'synchronous_standby_names=',
    'shared_preload_libraries=',
    'session_preload_libraries=',
    'local_preload_libraries=',
    'max_logical_replication_workers=0',
    'max_wal_senders=0',
    'autovacuum=off',
    'logging_collector=off',
    'log_destination=stderr',
    'lc_messages=C',
    'shared_buffers=64MB',
    'default_transaction_read_only=on',
  ].flatMap((setting) => ['-c', setting])

/** Longer ones do not fit into a socket's address: unix(7), less the name of PostgreSQL's socket. */
const longestPath = 85

/** Between two looks whether it takes connections yet, in milliseconds. */
const step = 200

interface Running {
  readonly ended: Promise<RunResult>
  /** Ends it in order. */
  stop(): Promise<void>
}

async function start(options: SideOptions, more: readonly string[], tool: Tool): Promise<Running> {
  const { directory } = options
  const { host, signal } = tool
  const major = Number(await readFile(join(directory, 'PG_VERSION'), 'utf8'))
  const program = await findServer('postgres', major, tool)
  const control = await findServer('pg_ctl', major, tool)
  const as = await ownerOf({ path: directory }, tool)
  const over = new AbortController()
  const run = (command: readonly string[], until: AbortSignal): Promise<RunResult> => {
    const [first = '', ...rest] = [...as, ...command]
    return host.run([first, ...rest], { signal: until, env: { LC_ALL: 'C' }, cwd: '/', reap: true })
  }
  const argv = [program, '-D', directory, ...settingsOf(options), ...more]
  const ended = run(argv, AbortSignal.any([signal, over.signal]))
  return {
    ended,
    async stop() {
      if (await Promise.race([ended.then(() => true), pause(0, false)])) return
      const { code } = await run([control, '-D', directory, '-m', 'fast', '-w', 'stop'], signal)
      if (code !== 0) over.abort()
      await ended
    },
  }
}

/** Whose session was the first that it took; null while it takes none. */
async function knock(
  { directory, database, users }: SideOptions,
  tool: Tool,
): Promise<Side | null> {
  for (const user of users) {
    const url = urlOf({ host: directory, port: '5432', user, dbname: database })
    try {
      const sql = 'SELECT extract(epoch FROM pg_last_xact_replay_timestamp()) * 1000 AS at'
      const [row] = await withSession(url, tool.signal, (session) => session.rows(sql))
      const at = row?.['at'] ?? null
      return { url, at: at === null ? null : Math.round(Number(at)) }
    } catch (thrown) {
      if (thrown instanceof OperatorError && /no such database/.test(thrown.message)) throw thrown
    }
  }
  return null
}

const neverReached = /recovery ended before configured recovery target was reached/

const failure = (directory: string, { err, aborted }: RunResult): OperatorError => {
  if (aborted) return new OperatorError(`the server in ${directory} was stopped before its end`)
  const word = err.split('\n').findLast((line) => /FATAL|PANIC|ERROR/.test(line)) ?? err.trim()
  return new OperatorError(
    `the restored server in ${directory} does not start: ${word.slice(-300)}`,
    'See that the archive has no gap: pgbackrest check, pgbackrest verify.',
  )
}

/** Until it takes sessions, which it does when its log is replayed, or has ended without. */
async function opened(
  ended: Running['ended'],
  options: SideOptions,
  tool: Tool,
): Promise<Side | RunResult> {
  let over: RunResult | undefined
  const end = ended.then((result) => (over = result))
  for (;;) {
    const side = await knock(options, tool)
    if (side !== null) return side
    if (over !== undefined) return over
    await Promise.race([end, pause(step)])
  }
}

/** What came of the work, or the end of a server that never took a session. */
async function attempt<T>(
  options: SideOptions,
  more: readonly string[],
  tool: Tool,
  work: (side: Side) => Promise<T>,
): Promise<{ readonly done: T } | { readonly failed: RunResult }> {
  const running = await start(options, more, tool)
  try {
    const side = await opened(running.ended, options, tool)
    return 'url' in side ? { done: await work(side) } : { failed: side }
  } finally {
    await running.stop()
  }
}

/**
 * Runs a restored server for as long as it is asked, and stops it.
 *
 * @throws OperatorError
 */
export async function withCluster<T>(
  options: SideOptions,
  tool: Tool,
  work: (side: Side) => Promise<T>,
): Promise<T> {
  const { directory } = options
  if (directory.length > longestPath)
    throw new OperatorError(`${directory} is too long a path for the socket of a server`)
  for (const [name, text] of Object.entries(ownFiles)) await writeFile(join(directory, name), text)
  let result = await attempt(options, [], tool, work)
  // Nothing was changed between the end of the log and that time: all of the log is what it was then.
  if ('failed' in result && neverReached.test(result.failed.err))
    result = await attempt(options, ['-c', 'recovery_target_time='], tool, work)
  if ('done' in result) return result.done
  throw failure(directory, result.failed)
}
