import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { createRestic } from '../../backup/restic/restic.ts'
import type { Host } from '../../contract/host.ts'

/** What the shop has sold before the demo begins. */
const sold = 500
const every = 60_000

const schema = `
  CREATE TABLE orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    goods TEXT NOT NULL,
    cents INTEGER NOT NULL
  )`

/** How long a word of the demo waits for the shop's commit, in milliseconds. */
const patience = 5_000
const versionMs = 10_000

/** What the shop has sold: a SQLite database that its process writes to. */
export interface Orders {
  readonly path: string
  /** Where the bot keeps backups of it, and the password of that. */
  readonly repository: string
  readonly password: string
  count(): number
  /** DELETE without WHERE; returns how many there were. */
  lose(): number
}

/** Whether a restic that the bot can use is in the PATH; it is asked for no more than its version. */
export function hasRestic(host: Host, directory: string): Promise<boolean> {
  const tool = { host, signal: AbortSignal.timeout(versionMs), say: () => undefined }
  const none = { name: 'orders', url: directory, password: '', env: {}, cache: directory }
  return createRestic(none, tool)
    .version()
    .then(
      () => true,
      () => false,
    )
}

function withDatabase<T>(path: string, work: (db: Database.Database) => T): T {
  const db = new Database(path, { timeout: patience })
  try {
    return work(db)
  } finally {
    db.close()
  }
}

function fill(db: Database.Database, now: number): void {
  // A replica needs it.
  db.pragma('journal_mode = WAL')
  db.exec(schema)
  const insert = db.prepare('INSERT INTO orders (at, goods, cents) VALUES (?, ?, ?)')
  const all = db.transaction(() => {
    for (let ago = sold; ago > 0; ago -= 1)
      insert.run(new Date(now - ago * every).toISOString(), 'tea', 100 + ago)
  })
  all()
}

/** Makes the database, in a directory of its own, with the orders of the last hours in it. */
export async function openOrders(directory: string, now: number): Promise<Orders> {
  const place = join(directory, 'orders')
  const path = join(place, 'orders.db')
  await mkdir(place)
  withDatabase(path, (db) => fill(db, now))
  const count = (db: Database.Database): number =>
    Number(db.prepare('SELECT count(*) FROM orders').pluck().get())
  return {
    path,
    repository: join(directory, 'backups'),
    password: randomBytes(24).toString('base64url'),
    count: () => withDatabase(path, count),
    lose: () => withDatabase(path, (db) => db.prepare('DELETE FROM orders').run().changes),
  }
}
