import {
  chmodSync,
  chownSync,
  copyFileSync,
  openSync,
  closeSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs'
import type { Stats } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { proveDatabase, takeAway } from './look.ts'
import { KnownFailure, reasonOf } from './reason.ts'
import type { Reason } from './reason.ts'

export interface Copied {
  readonly bytes: number
  /** Epoch milliseconds: the data is as it was then. */
  readonly at: number
  /** It could not be opened, and its files were copied as they lay there. */
  readonly raw: boolean
}

/** Pages between two looks whether the program is to end. */
const pages = 10_000

/** How often files are copied that are written to meanwhile. */
const tries = 3
/** Milliseconds between. */
const between = 500

const look = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false })

const companions = ['-wal', '-journal'] as const

function removeCopy(to: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(to + end, { force: true })
}

const lock = new Int32Array(new SharedArrayBuffer(4))

/**
 * Begins a read transaction as soon as it can. SQLite itself would look ever more seldom, and never find
 * the moments between the commits of one that writes all the time.
 */
function beginReading(db: Database.Database, patience: number): void {
  for (const until = performance.now() + patience; ; Atomics.wait(lock, 0, 0, 1)) {
    try {
      db.exec('BEGIN')
      db.prepare('SELECT count(*) FROM sqlite_schema').get()
      return
    } catch (thrown) {
      if (db.inTransaction) db.exec('ROLLBACK')
      if (reasonOf(thrown).reason !== 'locked' || performance.now() > until) throw thrown
    }
  }
}

/**
 * SQLite's own online backup, within one read transaction: what others commit meanwhile does not make it
 * begin again, and is not in it. Without a write-ahead log they wait with their commits until it is done.
 */
async function copyOnline(from: string, to: string, patience: number): Promise<number> {
  const hadLog = look(`${from}-wal`) !== undefined
  const db = new Database(from, { readonly: true, timeout: 0 })
  try {
    beginReading(db, patience)
    const at = Date.now()
    await db.backup(to, { progress: () => pages })
    return at
  } finally {
    db.close()
    if (!hadLog && look(`${from}-wal`)) takeAway(from)
  }
}

/** Its first 32 bytes hold its salts: new ones when it is begun anew. */
function headOf(log: string): string {
  const head = Buffer.alloc(32)
  const file = openSync(log, 'r')
  try {
    return head.subarray(0, readSync(file, head, 0, head.length, 0)).toString('hex')
  } finally {
    closeSync(file)
  }
}

interface State {
  /** The same before and after: nothing has changed that matters. A log that only grows is the same. */
  readonly stamp: string
  /** Epoch milliseconds of the last change. */
  readonly changed: number
}

function stateOf(path: string): State {
  const files = [look(path), look(`${path}-journal`)]
  const stamps = files.map(
    (stats) => stats && [stats.ino, stats.size, stats.mtimeMs, stats.ctimeMs],
  )
  const log = look(`${path}-wal`) === undefined ? null : headOf(`${path}-wal`)
  return {
    stamp: JSON.stringify([stamps, log]),
    changed: Math.max(...files.map((stats) => stats?.mtimeMs ?? 0)),
  }
}

/** Longer than a tick of the kernel, within which two changes have one and the same time: 10 ms. */
const tick = 100

/** Copies the files as they lie; false when they are written to at the same time. */
function copyFiles(from: string, to: string): boolean {
  const before = stateOf(from)
  if (Math.abs(Date.now() - before.changed) < tick) return false
  removeCopy(to)
  copyFileSync(from, to)
  for (const end of companions) if (look(from + end)) copyFileSync(from + end, to + end)
  return stateOf(from).stamp === before.stamp
}

/** Takes in what the log or journal beside it holds, so that the copy is one file. */
function settle(path: string): void {
  const db = new Database(path)
  try {
    db.pragma('wal_checkpoint(TRUNCATE)')
    db.prepare('SELECT count(*) FROM sqlite_schema').get()
  } finally {
    db.close()
  }
}

/** What a crash would leave, if it came now: SQLite recovers from that. */
async function copyRaw(from: string, to: string): Promise<number> {
  for (let turn = 0; turn < tries; turn += 1) {
    if (turn > 0) await pause(between)
    const at = Date.now()
    if (!copyFiles(from, to)) continue
    settle(to)
    if (proveDatabase(to).problems.length === 0) return at
  }
  throw new KnownFailure('busy', `it was written to while it was copied, ${tries} times in a row`)
}

/** Its owner lets nobody in, or it cannot be read without being changed: after a crash of its owner. */
const closed: ReadonlySet<Reason> = new Set(['locked', 'refused'])

/** Owner and rights as the original has them, where this user may give them. */
function likeOriginal(from: string, to: string): void {
  const { mode, uid, gid } = statSync(from)
  try {
    chownSync(to, uid, gid)
  } catch {
    // Only root may give files away.
  }
  chmodSync(to, mode & 0o777)
}

/**
 * Copies a database into one file, consistent in itself, and proves the copy. Nothing is left of it where
 * that fails.
 *
 * @param patience milliseconds that its owner is waited for to let go of it
 */
export async function copyDatabase(from: string, to: string, patience: number): Promise<Copied> {
  if (!look(from)) throw new KnownFailure('gone', `there is no ${from}`)
  removeCopy(to)
  try {
    let raw = false
    const at = await copyOnline(from, to, patience).catch((thrown: unknown) => {
      if (!closed.has(reasonOf(thrown).reason)) throw thrown
      raw = true
      return copyRaw(from, to)
    })
    const { problems } = proveDatabase(to)
    if (problems.length > 0) throw new KnownFailure('damaged', problems.join('; '))
    likeOriginal(from, to)
    return { bytes: statSync(to).size, at, raw }
  } catch (thrown) {
    removeCopy(to)
    throw thrown
  }
}
