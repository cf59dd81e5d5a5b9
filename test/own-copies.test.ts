import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Message } from '../src/contract/message.ts'
import { systemClock } from '../src/host/clock.ts'
import { createLocalHost } from '../src/host/local.ts'
import { createOwnCopies } from '../src/own-copies.ts'
import { openStore } from '../src/store/store.ts'
import { fakeClock } from './support/clock.ts'
import { tempHome } from './support/home.ts'

const hour = 3_600_000
const at = Date.UTC(2026, 10, 22, 12)

function setUp() {
  const home = tempHome()
  const store = openStore(home)
  const clock = fakeClock(at)
  const told: Message[] = []
  const copies = createOwnCopies({
    clock,
    store,
    home,
    log: { trace() {}, debug() {}, info() {}, warn() {}, error() {} },
    host: createLocalHost('main', {
      clock: systemClock,
      redact: (text) => text,
      environment: { PATH: process.env['PATH'] },
    }),
    redact: (text) => text,
    tell: (message) => void told.push(message),
  })
  onTestFinished(async () => {
    await copies.stop()
    store.close()
  })
  /** Waits until the turn is over: the next one is planned. */
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms)
    await vi.waitFor(() => expect(clock.pending()).toBe(1), { timeout: 60_000 })
  }
  return { home, store, copies, told, pass, backups: join(home, 'backups') }
}

test('a copy a day, whole, for nobody else to read, and nothing is said', async () => {
  const { store, copies, told, pass, backups } = setUp()
  store.meta.set('answer', 42)
  mkdirSync(backups)
  for (const of of [14, 15, 16, 17, 18, 19, 20])
    writeFileSync(join(backups, `mechanic-2026-11-${of}.db`), '')
  copies.start()
  await pass(60_000)
  const file = join(backups, 'mechanic-2026-11-22.db')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const copy = new Database(file, { readonly: true })
  expect(copy.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(copy.prepare(`SELECT value FROM meta WHERE name = 'answer'`).pluck().get()).toBe('42')
  copy.close()

  rmSync(`${file}-wal`, { force: true })
  rmSync(`${file}-shm`, { force: true })

  const now = readdirSync(backups).toSorted()
  expect(now).toHaveLength(7)
  expect([now[0], now[6]]).toEqual(['mechanic-2026-11-15.db', 'mechanic-2026-11-22.db'])
  await pass(hour)
  expect(readdirSync(backups).toSorted()).toEqual(now)
  expect(told).toEqual([])
})

test('the copies may lie on another disk', async ({ skip }) => {
  const { home, copies, pass, backups } = setUp()
  const { dev } = statSync(home)
  const other = ['/dev/shm', '/tmp', '/var/tmp'].find(
    (place) => existsSync(place) && statSync(place).dev !== dev,
  )
  skip(other === undefined, 'it takes two file systems')
  const disk = mkdtempSync(join(other ?? '', 'mechanic-'))
  onTestFinished(() => rmSync(disk, { recursive: true }))
  symlinkSync(disk, backups)
  copies.start()
  await pass(60_000)
  expect(readdirSync(disk)).toEqual(['mechanic-2026-11-22.db'])
})

test('what goes wrong for long is told once, and that it is over', async () => {
  const { copies, told, pass, backups } = setUp()
  copies.start()
  await pass(60_000)
  // A place that cannot be made fails for root too.
  rmSync(backups, { recursive: true })
  writeFileSync(backups, '')
  for (let hours = 0; hours < 35; hours += 1) await pass(hour)
  expect(told).toEqual([])
  for (let hours = 0; hours < 4; hours += 1) await pass(hour)
  expect(told.map(({ blocks }) => blocks[0])).toMatchObject([{ line: { id: 'own-copy-failed' } }])

  rmSync(backups)
  await pass(hour)
  await pass(hour)
  expect(told.slice(1).map(({ blocks }) => blocks[0])).toMatchObject([
    { line: { id: 'own-copy-made' } },
  ])
})
