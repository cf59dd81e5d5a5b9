import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Clock } from '../../contract/clock.ts'
import { messageOf, OperatorError } from '../../contract/error.ts'
import type { Host } from '../../contract/host.ts'
import type { Log } from '../../contract/log.ts'
import { endLeftovers } from '../leftovers.ts'
import { litestreamProgram } from './binary.ts'
import { createFollowing, type Following } from './following.ts'
import { configText, type Replicated } from './run.ts'
import { errorsIn, litestreamError } from './words.ts'

export interface ReplicaOutside {
  readonly host: Host
  readonly clock: Clock
  readonly log: Log
  readonly redact: (text: string) => string
  /** A place of its own for the config; our Litestream is known by it in the list of processes. */
  readonly directory: string
  /** Milliseconds that Litestream may take over one segment before it counts as stuck. */
  readonly patience: number
}

/** A database that is replicated as it is written. */
export interface Replica {
  /** Epoch milliseconds: everything that was written before is in the replica. */
  heldUntil(): number
  /** What is wrong with it, in words for the operator. */
  problem(): string | null
  /** Ends when Litestream has. */
  stop(): Promise<void>
}

/** Pauses between two starts, milliseconds: doubling from the first to the last. */
const firstPause = 1_000
const longestPause = 60_000
/** A Litestream that lived so long had no trouble starting. */
const steady = 60_000

/** The file format's version for writing in byte 18: 2 is WAL (https://sqlite.org/fileformat.html). */
const versionAt = 18
const isWal = 2

/** What Litestream notes of a database, beside it: of another file of that name it would be wrong. */
const notesOf = (database: string): string =>
  join(dirname(database), `.${basename(database)}-litestream`)

/** Litestream would turn WAL on by itself; that is for whoever the database belongs to. */
async function requireWal(database: string, host: Host): Promise<void> {
  const head = await host.files.read(database, 0, versionAt + 1)
  const version = head?.bytes[versionAt]
  if (version === undefined)
    throw new OperatorError(
      `there is no database to replicate at ${database}`,
      'it is looked for again every minute',
    )
  if (version !== isWal)
    throw new OperatorError(
      `${database} is not in WAL mode, which a replica needs`,
      'run `PRAGMA journal_mode = WAL` on it once, when its program allows that',
    )
}

async function writeConfig(directory: string, text: string): Promise<string> {
  const file = join(directory, 'litestream.json')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await rm(file, { force: true })
  await writeFile(file, text, { mode: 0o600 })
  return file
}

/** One life of Litestream: until it ends, or is ended. @throws OperatorError unless it was ended */
async function replicate(
  replicated: Replicated,
  database: string,
  { host, directory }: ReplicaOutside,
  following: Following,
  signal: AbortSignal,
): Promise<void> {
  const say = (): void => undefined
  await endLeftovers({ host, signal, say }, join(directory, 'litestream.json'))
  await requireWal(database, host)
  const inode = (await host.files.look(database))?.inode ?? ''
  if (following.inode() !== null && following.inode() !== inode)
    await rm(notesOf(database), { recursive: true, force: true })
  const file = await writeConfig(directory, await configText(replicated, database, host))
  const argv = [litestreamProgram(), 'replicate', '-no-expand-env', '-config', file] as const
  const life = new AbortController()
  following.begun(inode, (problem) => life.abort(problem))
  const { err } = await host
    .run(argv, {
      signal: AbortSignal.any([signal, life.signal]),
      env: replicated.env,
      reap: true,
      onOutput: following.take,
    })
    .finally(following.ended)
  if (signal.aborted) return
  life.signal.throwIfAborted()
  throw litestreamError('Litestream ended', errorsIn(err).at(-1) ?? err.trim().slice(-300))
}

/**
 * Replicates a database from now on, with one Litestream that is started again when it ends. One that
 * a killed bot has left is ended first: two at one database would break its replica.
 *
 * @param since epoch milliseconds: up to when the replica was known to hold everything
 */
export function openReplica(
  replicated: Replicated,
  database: string,
  since: number,
  outside: ReplicaOutside,
): Replica {
  const { clock, log, directory } = outside
  const stop = new AbortController()
  const { signal } = stop
  const following = createFollowing(replicated, database, since, outside, signal)

  const pause = (ms: number): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = clock.after(ms, resolve)
    const wake = (): void => {
      timer.cancel()
      resolve()
    }
    signal.addEventListener('abort', wake, { once: true })
    return promise.finally(() => signal.removeEventListener('abort', wake))
  }

  const live = async (): Promise<void> => {
    for (let wait = firstPause; !signal.aborted; wait = Math.min(wait * 2, longestPause)) {
      const began = clock.monotonic()
      await replicate(replicated, database, outside, following, signal).catch(following.fail)
      if (clock.monotonic() - began >= steady) wait = firstPause
      if (!signal.aborted) await pause(wait)
    }
    await rm(directory, { recursive: true, force: true })
  }

  const life = live().catch((error: unknown) => {
    log.error({ database, err: messageOf(error) }, 'a replica is not supervised any more')
  })
  return {
    heldUntil: following.heldUntil,
    problem: following.problem,
    async stop() {
      stop.abort()
      following.stop()
      await life
    },
  }
}
