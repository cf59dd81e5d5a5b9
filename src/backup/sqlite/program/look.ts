import { existsSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { KnownFailure, reasonOf } from './reason.ts'

/** How long somebody else's commit is waited for, in milliseconds. */
const patience = 10_000

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

/**
 * Takes away what reading has put beside a database that had no log: the last one that closes it does so,
 * unless it could only read. Whoever else has it open keeps these files.
 */
export function takeAway(path: string): void {
  const db = new Database(path, { fileMustExist: true, timeout: patience })
  try {
    db.pragma('schema_version')
  } catch {
    // What cannot be read stays as it is.
  } finally {
    db.close()
  }
}

/**
 * Opens a database that nothing may change, for `work`, and leaves it as it was. Only a journal that a
 * crash has left is rolled back, without which it could not be read.
 */
export function withDatabase<T>(path: string, work: (db: Database.Database) => T): T {
  if (!existsSync(path)) throw new KnownFailure('gone', `there is no ${path}`)
  const crashed = sizeOf(`${path}-journal`) > 0
  const hadLog = existsSync(`${path}-wal`)
  const db = new Database(path, { readonly: !crashed, timeout: patience })
  try {
    db.pragma('query_only = ON')
    db.defaultSafeIntegers(true)
    return work(db)
  } finally {
    db.close()
    if (!hadLog && existsSync(`${path}-wal`)) takeAway(path)
  }
}

export interface Proof {
  /** What is wrong, the first 5 of it; empty when the database is whole. */
  readonly problems: readonly string[]
}

/** What only the program that made the database knows: then at least its pages can be checked. */
const unknownWords = /no such (?:collation sequence|module|function|tokenizer)|unknown tokenizer/

const check = (db: Database.Database, pragma: string): readonly string[] =>
  (db.pragma(`${pragma}(5)`) as readonly Record<string, unknown>[])
    .map((row) => String(Object.values(row)[0]))
    .filter((line) => line !== 'ok')

function problemsOf(db: Database.Database): readonly string[] {
  try {
    return check(db, 'integrity_check')
  } catch (thrown) {
    const { reason, words } = reasonOf(thrown)
    if (reason === 'damaged') return [words]
    if (unknownWords.test(words)) return check(db, 'quick_check')
    throw thrown
  }
}

/** Reads all of a database and sees whether it holds together. */
export const proveDatabase = (path: string): Proof =>
  withDatabase(path, (db) => ({ problems: problemsOf(db) }))

export interface TableCounts {
  readonly counts: Readonly<Record<string, number>>
  /** Names of the tables that were not counted, for want of time or because they cannot be read. */
  readonly left: readonly string[]
}

interface Table {
  readonly name: string
  /** Counts its rows. */
  readonly query: string
}

/**
 * Tables that hold rows themselves, but for SQLite's and Litestream's own:
 * https://sqlite.org/pragma.html#pragma_table_list, https://sqlite.org/printf.html (%w is a name).
 */
const tablesSql = `SELECT name, printf('SELECT count(*) FROM "%w"', name) AS query FROM pragma_table_list
  WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
    AND name NOT IN ('_litestream_seq', '_litestream_lock') ORDER BY name`

const countOne = (db: Database.Database, { query }: Table): number | null => {
  try {
    return Number(db.prepare(query).pluck().get())
  } catch (thrown) {
    if (unknownWords.test(reasonOf(thrown).words)) return null
    throw thrown
  }
}

/** The rows of each table, all at one time. `within`: milliseconds after which no other is begun. */
export const countTables = (path: string, within: number): TableCounts =>
  withDatabase(path, (db) => {
    db.exec('BEGIN')
    const tables = db.prepare<[], Table>(tablesSql).all()
    const until = performance.now() + within
    const counts: Record<string, number> = {}
    const left: string[] = []
    for (const table of tables) {
      const rows = performance.now() < until ? countOne(db, table) : null
      if (rows === null) left.push(table.name)
      else counts[table.name] = rows
    }
    return { counts, left }
  })

/** A value as JSON can hold it; a number with more digits than that is text. */
function plain(value: unknown): string | number | null {
  if (typeof value === 'bigint')
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (typeof value === 'number' || typeof value === 'string') return value
  return Buffer.isBuffer(value) ? value.toString('hex') : null
}

export interface Answered {
  readonly value: string | number | null
}

const firstRow = (db: Database.Database, sql: string): unknown => {
  try {
    const statement = db.prepare(sql)
    if (!statement.reader || !statement.readonly)
      throw new KnownFailure('query', 'it is not a question: begin it with SELECT')
    return statement.raw().get()
  } catch (thrown) {
    if (thrown instanceof KnownFailure || reasonOf(thrown).reason !== 'other') throw thrown
    throw new KnownFailure('query', reasonOf(thrown).words)
  }
}

/** The first value of the first row that a query answers with. */
export const askDatabase = (path: string, sql: string): Answered =>
  withDatabase(path, (db) => {
    const row = firstRow(db, sql)
    return { value: plain(Array.isArray(row) ? row[0] : null) }
  })
