import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openReplica } from '../../../src/backup/litestream/replica.ts'
import { createRestic } from '../../../src/backup/restic/restic.ts'
import { selfSource } from '../../../src/backup/self/source.ts'
import type { Outside } from '../../../src/cli/outside.ts'
import { restoreSelf } from '../../../src/cli/restore-self/main.ts'
import { systemClock } from '../../../src/host/clock.ts'
import { createLocalHost } from '../../../src/host/local.ts'
import { openStore } from '../../../src/store/store.ts'
import { tempHome } from '../../support/home.ts'
import { hasRestic } from '../../support/repositories.ts'
import { cli } from '../outside.ts'

const environment = { PATH: process.env['PATH'], HOME: process.env['HOME'] }
const host = createLocalHost('main', { clock: systemClock, redact: (text) => text, environment })
const tool = { host, signal: new AbortController().signal, say: () => undefined }
const quiet = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }
const password = 'only this'

/** An old machine with a bot's state on it, and the place where its backups go. */
function oldMachine() {
  const root = tempHome()
  const [here, away] = [join(root, 'old'), join(root, 'away')]
  mkdirSync(here)
  writeFileSync(join(here, '.env'), 'BOT_TOKEN=12:ab\n', { mode: 0o600 })
  writeFileSync(join(here, 'mechanic.yaml'), 'timezone: UTC\n')
  const store = openStore(join(here, 'var'))
  onTestFinished(() => store.close())
  store.meta.set('answer', 42)
  return { root, here, store, away, database: join(here, 'var', 'mechanic.db') }
}

/** A database is replicated to a place until a write has arrived there. */
async function replicateTo(place: string, database: string, write: () => void): Promise<void> {
  const replica = openReplica(
    { password, env: {}, continuous: { replica: place, retention: 86_400_000, maxLag: 60_000 } },
    database,
    Date.now(),
    {
      host,
      clock: systemClock,
      log: quiet,
      redact: (text) => text,
      directory: join(tempHome(), 'litestream'),
      patience: 60_000,
    },
  )
  onTestFinished(() => replica.stop())
  write()
  const written = Date.now()
  await vi.waitFor(() => expect(replica.heldUntil()).toBeGreaterThan(written), 60_000)
  await replica.stop()
}

async function backUp({ root, here, database, away }: ReturnType<typeof oldMachine>) {
  const stage = join(root, 'stage')
  mkdirSync(stage)
  const places = { database, config: join(here, 'mechanic.yaml'), env: join(here, '.env') }
  const { paths } = await selfSource(places).stage(stage, tool)
  const cache = join(root, 'cache')
  const restic = createRestic({ name: 'self', url: away, password, env: {}, cache }, tool)
  await restic.init()
  await restic.backup(paths)
  rmSync(stage, { recursive: true })
}

/** Runs restore-self in a directory, with the words of a command line. */
const run = (
  here: string,
  argv: readonly string[],
  env: Outside['env'] = {},
  home: string = '/home/asha',
) =>
  cli(['restore-self', ...argv], {
    home,
    clock: systemClock,
    env: { ...environment, RESTIC_PASSWORD: password, ...env },
    restoreSelf: (outside, wish) => restoreSelf(outside, wish, here),
  })

function answerIn(home: string): unknown {
  const store = openStore(home)
  try {
    return store.meta.number('answer')
  } finally {
    store.close()
  }
}

test.runIf(hasRestic)(
  'from zero: the database of the replica, the config and the secrets of the snapshot',
  async () => {
    const old = oldMachine()
    await backUp(old)
    await replicateTo(`${old.away}.continuous/self`, old.database, () =>
      old.store.meta.set('answer', 43),
    )
    old.store.close()
    rmSync(old.here, { recursive: true })

    const here = join(old.root, 'new')
    mkdirSync(here)
    const { code, out, err } = await run(here, ['--repository', old.away])
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(out).toMatch(/its database from the replica/)
    expect(readFileSync(join(here, '.env'), 'utf8')).toBe('BOT_TOKEN=12:ab\n')
    expect(statSync(join(here, '.env')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(here, 'mechanic.yaml'), 'utf8')).toBe('timezone: UTC\n')
    expect(answerIn(join(here, 'var'))).toBe(43)
    expect(existsSync(join(here, 'var', 'scratch', 'restore-self'))).toBe(false)

    // Earlier: as the snapshot has it, for the replica begins after that.
    const [first] = await createRestic(
      { name: 'self', url: old.away, password, env: {}, cache: join(old.root, 'cache') },
      tool,
    ).snapshots()
    const at = new Date((first?.at ?? 0) + 1).toISOString()
    const earlier = await run(here, ['--repository', old.away, '--at', at])
    expect(earlier.out).toMatch(/What was there is now:/)
    expect(answerIn(join(here, 'var'))).toBe(42)
    expect(readdirSync(here).filter((name) => name.startsWith('.env.before-'))).toHaveLength(1)
  },
)

test.runIf(hasRestic)(
  'the replica may lie elsewhere, and the repository below a home',
  async () => {
    const old = oldMachine()
    const replica = join(old.root, 'elsewhere')
    writeFileSync(
      join(old.here, 'mechanic.yaml'),
      'backups: { self: { repository: "rest:https://h/", continuous: { replica: "${REPLICA}" } } }\n',
    )
    writeFileSync(join(old.here, '.env'), `REPLICA=${replica}\n`)
    await backUp(old)
    await replicateTo(replica, old.database, () => old.store.meta.set('answer', 43))
    old.store.close()
    const here = join(old.root, 'new')
    mkdirSync(here)
    const { err } = await run(here, ['--repository', '~/away'], {}, old.root)
    expect(err).toBe('')
    expect(answerIn(join(here, 'var'))).toBe(43)
  },
)

test.runIf(hasRestic)('where the replica is damaged, the snapshot is brought back', async () => {
  const old = oldMachine()
  await backUp(old)
  old.store.close()
  const broken = join(old.root, 'broken.db')
  const db = new Database(broken)
  db.pragma('journal_mode = WAL')
  db.exec('CREATE TABLE t (a); CREATE INDEX i ON t (a); INSERT INTO t VALUES (1), (2)')
  db.pragma('wal_checkpoint(TRUNCATE)')
  // The index does not know what the table holds any more.
  db.unsafeMode()
  db.pragma('writable_schema = ON')
  db.exec(`UPDATE sqlite_schema SET rootpage = rootpage - 1 WHERE name = 'i'`)
  onTestFinished(() => void db.close())
  await replicateTo(`${old.away}.continuous/self`, broken, () => void db.exec('CREATE TABLE u (a)'))
  const here = join(old.root, 'new')
  mkdirSync(here)
  const { code, err } = await run(here, ['--repository', old.away])
  expect(err).toMatch(/not from the replica: /)
  expect(code).toBe(0)
  expect(answerIn(join(here, 'var'))).toBe(42)
})

test.runIf(hasRestic)('what was not among it is named alone', async () => {
  const old = oldMachine()
  rmSync(join(old.here, '.env'))
  await backUp(old)
  const here = join(old.root, 'new')
  mkdirSync(here)
  expect((await run(here, ['--repository', old.away])).out).toContain('2. Bring back .env, or')
})

test('a daily copy, or one that is named, is enough for the database', async () => {
  const { here, store, database } = oldMachine()
  mkdirSync(join(here, 'var', 'backups'))
  const file = join(here, 'var', 'backups', 'mechanic-2026-11-22.db')
  const live = new Database(database)
  await live.backup(file)
  live.close()
  store.meta.set('answer', 43)
  store.close()

  const config = join(here, 'var', 'scratch', 'litestream', 'self', 'litestream.json')
  const left = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', config])
  onTestFinished(() => void left.kill('SIGKILL'))
  const ended = once(left, 'exit')
  await once(left, 'spawn')
  expect((await run(here, [])).code).toBe(0)
  await ended
  expect(answerIn(join(here, 'var'))).toBe(42)
  const other = join(here, 'other')
  const { code, out } = await run(here, ['--from', file], { MECHANIC_HOME: other })
  expect(code).toBe(0)
  expect(out).toContain('2. Bring back .env and the config')
  expect(answerIn(other)).toBe(42)
})

test.runIf(hasRestic)('what must not or cannot be done changes nothing, and says why', async () => {
  const old = oldMachine()
  await backUp(old)
  const before = readdirSync(join(old.here, 'var')).toSorted()
  const held = await run(old.here, ['--repository', old.away])
  expect(held).toMatchObject({ code: 1, err: expect.stringMatching(/in use by another Mechanic/) })
  old.store.close()

  const wrong = await run(old.here, ['--repository', old.away], { RESTIC_PASSWORD: 'another' })
  expect(wrong.err).toMatch(/nothing was changed: .*password/is)
  const early = await run(old.here, ['--repository', old.away, '--at', '2020-01-01'])
  expect(early.err).toMatch(/no state from then or before/)
  const late = await run(old.here, ['--repository', old.away, '--at', '2999-01-01'])
  expect(late.err).toMatch(/nothing was changed: --at: .* has not come yet/)

  const alien = join(old.root, 'alien.db')
  const db = new Database(alien)
  db.exec('CREATE TABLE t (id INTEGER)')
  db.close()
  expect((await run(old.here, ['--from', alien])).err).toMatch(/not one of Mechanic/)
  const newer = join(old.root, 'newer.db')
  const live = new Database(old.database)
  await live.backup(newer)
  live.close()
  const next = new Database(newer)
  next.pragma('user_version = 9999')
  next.close()
  expect((await run(old.here, ['--from', newer])).err).toMatch(/newer version of Mechanic/)
  writeFileSync(join(old.root, 'torn.db'), readFileSync(newer).subarray(0, 20_000))
  expect((await run(old.here, ['--from', join(old.root, 'torn.db')])).code).toBe(1)
  expect((await run(join(old.root, 'nowhere'), [])).err).toMatch(/there is no copy/)
  expect(answerIn(join(old.here, 'var'))).toBe(42)
  const left = readdirSync(join(old.here, 'var')).filter((name) => /before|restored/.test(name))
  expect(left).toEqual([])
  expect(before).toContain('mechanic.db')
})
