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
import Database from 'better-sqlite3'
import { patience, proveDatabase } from './look.ts'
import { KnownFailure, reasonOf } from './reason.ts'

export interface Copied {
  readonly bytes: number
  /** Epoch milliseconds: the data is as it was then. */
  readonly at: number
  /** Its owner let nobody in, and its files were copied as they lay there. */
  readonly locked: boolean
}

/** Pages between two looks whether the program is to end. */
const pages = 10_000

/** How often files are copied that are written to meanwhile. */
const tries = 3

const companions = ['-wal', '-journal'] as const

function removeCopy(to: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(to + end, { force: true })
}

/**
 * SQLite's own online backup, within one read transaction: what others commit meanwhile does not make it
 * begin again, and is not in it. Without a write-ahead log they wait with their commits until it is done.
 */
async function copyOnline(from: string, to: string): Promise<number> {
  const db = new Database(from, { fileMustExist: true, timeout: patience })
  try {
    const at = Date.now()
    db.exec('BEGIN')
    db.prepare('SELECT count(*) FROM sqlite_schema').get()
    await db.backup(to, { progress: () => pages })
    db.exec('COMMIT')
    return at
  } finally {
    db.close()
  }
}

/** Bytes 16 to 24 of a write-ahead log are its salts: new ones when it is begun anew. */
function saltsOf(path: string): string {
  const header = Buffer.alloc(32)
  const file = openSync(path, 'r')
  try {
    return header.subarray(0, readSync(file, header, 0, 32, 0)).toString('hex')
  } finally {
    closeSync(file)
  }
}

const look = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false })

const stampOf = (stats: Stats | undefined): string =>
  stats === undefined ? '' : `${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}`

/** The state of all files that a copy is made of; a log that only grows is the same one. */
const stateOf = (path: string): string =>
  [
    stampOf(look(path)),
    stampOf(look(`${path}-journal`)),
    look(`${path}-wal`) === undefined ? '' : saltsOf(`${path}-wal`),
  ].join('\n')

function copyFiles(from: string, to: string): boolean {
  const before = stateOf(from)
  removeCopy(to)
  copyFileSync(from, to)
  for (const end of companions) if (look(from + end)) copyFileSync(from + end, to + end)
  return stateOf(from) === before
}

/** Takes in what the log or journal beside it holds, so that the copy is one file. */
function settle(path: string): void {
  const db = new Database(path, { timeout: patience })
  try {
    db.pragma('wal_checkpoint(TRUNCATE)')
    db.prepare('SELECT count(*) FROM sqlite_schema').get()
  } finally {
    db.close()
  }
}

function copyLocked(from: string, to: string): number {
  for (let turn = 0; turn < tries; turn += 1) {
    const at = Date.now()
    if (!copyFiles(from, to)) continue
    settle(to)
    if (proveDatabase(to).problems.length === 0) return at
  }
  throw new KnownFailure('busy', `it was written to while it was copied, ${tries} times in a row`)
}

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
 */
export async function copyDatabase(from: string, to: string): Promise<Copied> {
  if (!look(from)) throw new KnownFailure('gone', `there is no ${from}`)
  removeCopy(to)
  try {
    let locked = false
    const at = await copyOnline(from, to).catch((thrown: unknown) => {
      if (reasonOf(thrown).reason !== 'locked') throw thrown
      locked = true
      return copyLocked(from, to)
    })
    const { problems } = proveDatabase(to)
    if (problems.length > 0) throw new KnownFailure('damaged', problems.join('; '))
    likeOriginal(from, to)
    return { bytes: statSync(to).size, at, locked }
  } catch (thrown) {
    removeCopy(to)
    throw thrown
  }
}
