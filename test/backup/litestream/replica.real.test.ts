import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openReplica, type Replica } from '../../../src/backup/litestream/replica.ts'
import { generationsOf, restoreReplica } from '../../../src/backup/litestream/restore.ts'
import type { Replicated } from '../../../src/backup/litestream/run.ts'
import { systemClock } from '../../../src/host/clock.ts'
import { createLocalHost } from '../../../src/host/local.ts'
import { tempHome } from '../../support/home.ts'
import { writer } from '../../support/writer.ts'

const host = createLocalHost('main', {
  clock: systemClock,
  redact: (text) => text,
  environment: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
})
const asking = { host, signal: new AbortController().signal }
const until = <T>(look: () => T, timeout = 40_000): Promise<T> =>
  vi.waitFor(look, { timeout, interval: 100 })

interface Place {
  readonly home: string
  readonly database: string
  readonly replica: string
  readonly replicated: Replicated
}

function place(): Place {
  const home = tempHome()
  const replica = join(home, 'replica')
  return {
    home,
    database: join(home, 'app.db'),
    replica,
    replicated: {
      password: 'only this',
      env: {},
      continuous: { replica, retention: 86_400_000, maxLag: 60_000 },
    },
  }
}

const quiet = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

function replicating({ home, database, replicated }: Place, since = systemClock.now()): Replica {
  const opened = openReplica(replicated, database, since, {
    host,
    clock: systemClock,
    log: quiet,
    redact: (text) => text,
    directory: join(home, 'scratch', 'litestream'),
    patience: 3_000,
  })
  onTestFinished(() => opened.stop())
  return opened
}

const files = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

const litestreams = (home: string): readonly number[] =>
  execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(`${home}/scratch`) && line.includes('replicate'))
    .map((line) => Number.parseInt(line, 10))

/** The newest row in a restored file, and how many there are without a gap. */
function rowsIn(file: string): { readonly newest: number; readonly whole: boolean } {
  const db = new Database(file, { readonly: true })
  try {
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    const row = db.prepare(
      'SELECT max(at) AS newest, max(id) AS last, count(*) AS count FROM writes',
    )
    const { newest, last, count } = row.get() as { newest: number; last: number; count: number }
    return { newest, whole: last === count }
  } finally {
    db.close()
  }
}

test('under load a database comes back to the second, and nothing of it can be read', async () => {
  const at = place()
  await writer(at.database, 10)
  replicating(at)
  await until(() => expect(files(at.replica).length).toBeGreaterThan(2))
  const [first] = await generationsOf(at.replicated, asking)
  await setTimeout(4_000)
  const point = Date.now() - 2_000

  const file = join(at.home, 'restored.db')
  const found = await restoreReplica(at.replicated, point, file, asking)

  const { newest, whole } = rowsIn(file)
  expect(whole).toBe(true)
  expect(found).toBeLessThanOrEqual(point)
  expect(newest).toBeLessThanOrEqual(point)
  expect(newest).toBeGreaterThan(point - 2_500)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  for (const one of files(at.replica)) {
    const bytes = readFileSync(one)
    expect(bytes.subarray(0, 21).toString()).toBe('age-encryption.org/v1')
    expect(bytes.includes('a secret of theirs')).toBe(false)
  }
  await expect(
    restoreReplica(at.replicated, (first?.from ?? 0) - 60_000, `${file}2`, asking),
  ).rejects.toThrow(/holds nothing from/)
  const other = { ...at.replicated, password: 'another' }
  await expect(restoreReplica(other, point, `${file}3`, asking)).rejects.toMatchObject({
    advice: expect.stringContaining('another password'),
  })
})

test('a Litestream that is killed comes back, and a bot that was killed finds its own', async () => {
  const at = place()
  const writing = await writer(at.database, 20)
  const first = replicating(at)
  await until(() => expect(files(at.replica).length).toBeGreaterThan(1))
  const [pid = 0] = litestreams(at.home)
  process.kill(pid, 'SIGKILL')
  const [next = 0] = await until(() => {
    const found = litestreams(at.home)
    expect(found.length).toBe(1)
    expect(found).not.toContain(pid)
    return found
  })

  // As after a kill of the bot: the one that runs is nobody's child any more.
  const second = replicating(at)
  await until(() => {
    expect(litestreams(at.home)).not.toContain(next)
    expect(litestreams(at.home).length).toBe(1)
  })
  await writing.end()
  const ended = Date.now()
  await until(() => expect(second.heldUntil()).toBeGreaterThan(ended))
  await Promise.all([first.stop(), second.stop()])
  expect(litestreams(at.home)).toEqual([])

  const file = join(at.home, 'restored.db')
  await restoreReplica(at.replicated, Date.now(), file, asking)
  const live = new Database(at.database, { readonly: true })
  onTestFinished(() => void live.close())
  const rows = (db: Database.Database) => db.prepare('SELECT * FROM writes').all()
  const restored = new Database(file, { readonly: true })
  onTestFinished(() => void restored.close())
  expect(rows(restored)).toEqual(rows(live))
})

test('a replica that falls behind says so, and since when', async () => {
  const at = place()
  await writer(at.database, 20)
  const since = Date.now()
  const replica = replicating(at, since)
  await until(() => expect(replica.heldUntil()).toBeGreaterThan(since))

  renameSync(at.replica, `${at.replica}.away`)
  writeFileSync(at.replica, 'no directory')
  const broken = Date.now()
  await until(() => expect(replica.problem()).toMatch(/does not get on/))
  await setTimeout(1_000)
  expect(replica.heldUntil()).toBeLessThan(broken + 1_500)

  execFileSync('rm', [at.replica])
  renameSync(`${at.replica}.away`, at.replica)
  await until(() => expect(replica.heldUntil()).toBeGreaterThan(broken + 6_000), 60_000)
  await until(() => expect(replica.problem()).toBe(null))
  const file = join(at.home, 'restored.db')
  await restoreReplica(at.replicated, Date.now(), file, asking)
  expect(rowsIn(file).whole).toBe(true)
})

test('an idle database is held up to now, after a new start too', async () => {
  const at = place()
  const writing = await writer(at.database, 20)
  const first = replicating(at)
  await until(() => expect(files(at.replica).length).toBeGreaterThan(1))
  const open = new Database(at.database)
  onTestFinished(() => void open.close())
  await writing.end()
  const idle = Date.now()
  await until(() => expect(first.heldUntil()).toBeGreaterThan(idle))
  await first.stop()

  const again = Date.now()
  const second = replicating(at, idle - 3_600_000)
  await until(() => expect(second.heldUntil()).toBeGreaterThan(again), 60_000)
})

test('what cannot be replicated says why', async () => {
  const at = place()
  const replica = replicating(at)
  await until(() => expect(replica.problem()).toMatch(/there is no database to replicate/))
  const db = new Database(at.database)
  db.exec('CREATE TABLE t (id INTEGER)')
  db.close()
  await until(() => expect(replica.problem()).toMatch(/not in WAL mode/))
  mkdirSync(at.replica, { recursive: true })
  expect(files(at.replica)).toEqual([])
})

test('a database that another one has replaced is replicated anew', async () => {
  const at = place()
  const writing = await writer(at.database, 20)
  const replica = replicating(at)
  await until(() => expect(files(at.replica).length).toBeGreaterThan(1))
  await writing.end()
  const other = join(at.home, 'other.db')
  const db = new Database(other)
  db.pragma('journal_mode = WAL')
  db.exec(
    'CREATE TABLE writes (id INTEGER PRIMARY KEY, at INTEGER); INSERT INTO writes VALUES (1, 7)',
  )
  db.close()
  for (const end of ['-wal', '-shm']) rmSync(at.database + end, { force: true })
  renameSync(other, at.database)

  const replaced = Date.now()
  await until(() => expect(replica.heldUntil()).toBeGreaterThan(replaced + 6_000))
  const file = join(at.home, 'restored.db')
  await restoreReplica(at.replicated, Date.now(), file, asking)
  expect(rowsIn(file)).toEqual({ newest: 7, whole: true })
})
