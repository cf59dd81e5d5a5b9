import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { messageOf, OperatorError } from '../contract/error.ts'
import { migrations } from './migrations.ts'

export type Db = Database.Database

/**
 * Commits what is a mere trace, and comes many times a minute, without waiting for the disk. A killed
 * program has written it all the same; a power cut may take what came since the last other commit.
 */
export function unhurried<T>(db: Db, run: () => T): T {
  // The setting belongs to the whole transaction, which may be about more than a trace.
  if (db.inTransaction) return run()
  db.pragma('synchronous = NORMAL')
  try {
    return run()
  } finally {
    db.pragma('synchronous = FULL')
  }
}

/** How long a statement waits for another process (a backup, a shell) to let go of the file. */
const busyTimeout = 5_000

/**
 * Takes the state directory for this process alone. The lock is SQLite's own file lock, so the
 * kernel releases it however the process ends.
 *
 * @throws OperatorError when another bot holds it, or it cannot be used
 */
export function lockHome(home: string): Lock {
  try {
    const lock = tryLock(home)
    if (lock) return lock
  } catch (error) {
    throw new UnusableError(
      `cannot use the state directory ${home}: ${messageOf(error)}`,
      isFull(error)
        ? 'free space on the disk that holds it'
        : 'see that it is a directory which this user may write, or set MECHANIC_HOME to another one',
      error,
    )
  }
  throw new OperatorError(
    `the state directory ${home} is in use by another Mechanic`,
    'stop the other one, or give this one a MECHANIC_HOME of its own',
  )
}

/** Held until it is released, or the process ends. */
export interface Lock {
  release(): void
}

/**
 * Takes a directory, made with mode 0700 where it does not exist; null when another process has it.
 *
 * @throws when it cannot be used
 */
export function tryLock(directory: string): Lock | null {
  let lock: Db | undefined
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    // PM2 may have made it first, for its log files, open to all.
    chmodSync(directory, 0o700)
    lock = new Database(join(directory, 'mechanic.lock'), { timeout: 0 })
    lock.pragma('locking_mode = EXCLUSIVE')
    lock.exec('BEGIN EXCLUSIVE')
    const taken = lock
    return { release: () => taken.close() }
  } catch (error) {
    lock?.close()
    if (isBusy(error)) return null
    throw error
  }
}

/** The state directory or its database cannot be used now. */
export class UnusableError extends OperatorError {}

const isBusy = (error: unknown): boolean =>
  error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')

/**
 * Opens the database of a state directory, checks it, and brings its schema up to date.
 *
 * @throws OperatorError when the file is damaged, or written by a newer version
 */
export function openDatabase(home: string): Db {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const file = join(home, 'mechanic.db')
  let db: Db | undefined
  try {
    db = new Database(file, { timeout: busyTimeout })
    chmodSync(file, 0o600)
    const version = versionOf(db, file)
    // FULL: a commit survives a power cut, not only a crash (https://sqlite.org/pragma.html#pragma_synchronous).
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    db.pragma('foreign_keys = ON')
    migrate(db, version)
    return db
  } catch (error) {
    db?.close()
    throw damaged(home, error)
  }
}

/** What cannot be read as this program's database, in words for the operator. */
export const damaged = (home: string, error: unknown): OperatorError =>
  error instanceof OperatorError
    ? error
    : new UnusableError(
        `cannot open the database ${join(home, 'mechanic.db')}: ${messageOf(error)}`,
        isRefused(error)
          ? 'free space on the disk that holds it, or see why it cannot be written; nothing was changed'
          : 'move it aside to start afresh, or put a backup in its place; nothing was changed',
        error,
      )

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

const isFull = (error: unknown): boolean => /^SQLITE_FULL|^ENOSPC$|^EDQUOT$/.test(codeOf(error))

/** The file may be whole, but the system does not let it be used: https://sqlite.org/rescode.html. */
const refusals =
  /^SQLITE_(?:FULL|IOERR|READONLY|CANTOPEN)|^(?:ENOSPC|EROFS|EDQUOT|EIO|EACCES|EPERM)$/

const isRefused = (error: unknown): boolean => refusals.test(codeOf(error))

/** The schema's version, of a database that is ours and whole. Reads only. */
function versionOf(db: Db, file: string): number {
  const verdict = db.pragma('quick_check(1)', { simple: true })
  if (verdict !== 'ok') throw new Error(String(verdict))
  const version = Number(db.pragma('user_version', { simple: true }))
  if (version > migrations.length)
    throw new OperatorError(
      `${file} was written by a newer version of Mechanic (schema ${version}, known ${migrations.length})`,
      'run that version, or start with another MECHANIC_HOME',
    )
  const used = db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined
  if (version === 0 && used) throw new Error('it belongs to another program')
  return version
}

function migrate(db: Db, version: number): void {
  if (version === migrations.length) return
  db.transaction(() => {
    for (const sql of migrations.slice(version)) db.exec(sql)
    db.pragma(`user_version = ${migrations.length}`)
  })()
}
