import { expect, test } from 'vitest'
import { OperatorError } from '../../../src/contract/error.ts'
import { t, verbatim } from '../../../src/contract/message.ts'
import { defineJob } from '../../../src/flow/jobs/kind.ts'
import { sourceWords } from '../../../src/flow/backups/views.ts'
import type { BackupProof, BackupRun } from '../../../src/store/backups.ts'
import { asha, openWorld, type World } from '../../support/flow.ts'

const hour = 3_600_000
const day = 24 * hour

const yaml = (more = '') => `backups:
  app-db:
    source: { postgres: "postgres://app:hunter22@db.example.com/app" }
    repository: "rest:https://u:hunter22@backups.example.com/app"
    password: hunter22
    schedule: "30 2 * * *"
    verify: off
    max_age: 26h
    ${more}
`
const drilled = yaml('drill: { schedule: "0 4 * * *" }')
const files =
  'backups: { mail: { source: { paths: [/a, /b] }, repository: /r, password: hunter22 } }'

/** Jobs that do nothing but take down what they were begun with. */
const begun: unknown[] = []
const dull = (kind: string) =>
  defineJob<{ backup: string }>({
    kind,
    locks: ({ backup }) => [`${kind}:${backup}`],
    subject: ({ backup }) => backup,
    touches: () => [],
    headline: ({ backup }) => t('task-running', { name: backup }),
    async ask(about) {
      begun.push({ kind, about })
      const memory = { backup: about['backup'] ?? '' }
      return { about, memory, label: verbatim(kind), facts: [], steps: [], warnings: [] }
    },
    steps: {},
    next: () => ({ end: { outcome: 'done', ok: true, text: verbatim(`✅ ${kind}`) } }),
  })

const open = (text = yaml()): Promise<World> => {
  begun.length = 0
  return openWorld(text, { jobs: ['backup', 'verify', 'drill'].map(dull) })
}

const run = (world: World, fields: Partial<BackupRun> = {}): void => {
  const now = world.clock.now()
  world.store.backups.addRun({
    repository: null,
    backup: 'app-db',
    job: 1,
    beganAt: now - 60_000,
    endedAt: now,
    safety: false,
    verdict: 'good',
    why: null,
    snapshot: '4f2c1a9b'.padEnd(64, '0'),
    at: now - 60_000,
    bytes: 5_000,
    added: 100,
    files: 3,
    sources: ['/a'],
    counts: {},
    ...fields,
  })
}

const prove = (world: World, fields: Partial<BackupProof> = {}): void =>
  world.store.backups.addProof({
    backup: 'app-db',
    job: 2,
    kind: 'drill',
    at: world.clock.now(),
    ok: true,
    snapshot: null,
    part: null,
    rto: 12_000,
    rpo: 60_000,
    text: verbatim('restored'),
    ...fields,
  })

const view = (world: World) => world.house.backups()[0]

test('a backup is shown without secrets, and with when it runs next', async () => {
  await using world = await open()
  expect(view(world)).toEqual({
    name: 'app-db',
    key: 'app-db',
    source: 'PostgreSQL app',
    repository: 'rest:https://u:***@backups.example.com/app',
    trust: 'new',
    scheduled: true,
    next: Date.parse('2026-03-11T02:30:00Z'),
    running: false,
    points: false,
  })
  await using other = await open(files)
  expect(view(other)).toMatchObject({ source: '2 paths', repository: '/r', next: null })
})

test('runs and proofs become what is shown', async () => {
  await using world = await open(drilled)
  run(world)
  expect(view(world)).toMatchObject({
    trust: 'unproven',
    newest: { id: '4f2c1a9b', bytes: 5_000, at: world.clock.now() - 60_000 },
  })
  prove(world)
  expect(view(world)).toMatchObject({
    trust: 'proven',
    drill: { ok: true, rto: 12_000, rpo: 60_000 },
  })
  await world.pass(2.5 * day, hour)
  expect(view(world)?.trust).toBe('overdue')
  prove(world, { ok: false, rto: null, rpo: null, text: verbatim('a table is empty') })
  expect(view(world)).toMatchObject({ trust: 'failed', drill: { ok: false } })
  prove(world)
  prove(world, { kind: 'verify', ok: false })
  expect(view(world)).toMatchObject({ trust: 'failed', verify: { ok: false } })
})

test('by its name, a beginning of it, or its key', async () => {
  await using world = await open()
  for (const name of ['app-db', 'APP', 'a'])
    expect(world.house.backup(name).found?.name).toBe('app-db')
  expect(world.house.backup('web').found).toBeUndefined()
})

test('an old backup is a warning, three times that critical, and a run ends it', async () => {
  await using world = await open()
  run(world)
  prove(world)
  await world.pass(25 * hour, hour)
  expect(world.store.incidents.open()).toEqual([])
  await world.pass(2 * hour, 10 * 60_000)
  expect(world.incident('app-db')).toMatchObject({ severity: 'warning', metric: 'age' })
  await world.pass(52 * hour, hour)
  expect(world.incident('app-db').severity).toBe('critical')
  run(world)
  await world.pass(5 * 60_000)
  expect(world.incidents('app-db').at(-1)?.ending).toBe('recovered')
})

test('one that never ran is as old as its entry, over a restart too', async () => {
  await using world = await open()
  await world.pass(20 * hour, hour)
  await world.crash()
  await world.pass(7 * hour, hour)
  expect(world.incident('app-db')).toMatchObject({ severity: 'warning', metric: 'age' })
})

test('runs that fail become an incident when that goes on for six hours', async () => {
  await using world = await open()
  run(world)
  prove(world)
  run(world, { verdict: 'failed', why: 'the NAS is away', snapshot: null })
  expect(view(world)?.failure).toEqual({ at: world.clock.now(), why: 'the NAS is away' })
  await world.pass(4 * hour, hour)
  run(world, { verdict: 'doubtful', why: 'it has shrunk', snapshot: 'bad0'.padEnd(64, '0') })
  expect(world.store.incidents.open()).toEqual([])
  await world.pass(3 * hour, hour)
  expect(world.incident('app-db')).toMatchObject({
    metric: 'failing',
    saw: expect.stringContaining('no good run for 7h: it has shrunk'),
  })
})

test('a failed drill is a warning at once', async () => {
  await using world = await open()
  run(world)
  prove(world, { ok: false })
  await world.pass(2 * 60_000)
  expect(world.incident('app-db')).toMatchObject({ severity: 'warning', metric: 'failed' })
})

test('the heartbeat names what is not to be relied on', async () => {
  await using world = await open()
  const said = (): string => JSON.stringify(world.house.heartbeat())
  expect(said()).not.toContain('digest-backups')
  await world.pass(25 * hour, hour)
  expect(said()).toContain('digest-backups')
  run(world)
  expect(said()).not.toContain('digest-backups')
  run(world, { verdict: 'failed', why: 'the NAS is away', snapshot: null })
  expect(said()).toContain('the NAS is away')
})

test('Accept makes a doubtful run good, is written down, and works once', async () => {
  await using world = await open()
  run(world, { verdict: 'doubtful', why: 'it has shrunk' })
  expect(view(world)).toMatchObject({ trust: 'none', failure: { why: 'it has shrunk' } })
  expect(world.house.acceptBackup('app-db', '4f2c', asha)).toBe(false)
  expect(world.house.acceptBackup('app-db', '', asha)).toBe(false)
  expect(world.house.acceptBackup('app-db', '4f2c1a9b', asha)).toBe(true)
  expect(view(world)).toMatchObject({ trust: 'unproven', newest: { id: '4f2c1a9b' } })
  expect(view(world)?.failure).toBeUndefined()
  expect(world.events('backup-accepted')).toMatchObject([{ reason: 'operator', actor: 'Asha' }])
  expect(world.house.acceptBackup('app-db', '4f2c1a9b', asha)).toBe(false)
})

test('what was configured just now is not wrong until its schedule has come', async () => {
  await using world = await open()
  expect(view(world)?.trust).toBe('new')
  run(world, { verdict: 'failed', snapshot: null, why: 'away' })
  expect(view(world)?.trust).toBe('none')
  await using later = await open()
  await later.pass(1.5 * day, hour)
  expect(view(later)?.trust).toBe('none')
})

test('a snapshot of before a restore is listed as such, and is neither the newest nor a failure', async () => {
  await using world = await open()
  const now = world.clock.now()
  run(world)
  const saved = 'dddd'.padEnd(64, '2')
  run(world, { safety: true, snapshot: saved, at: now, verdict: 'doubtful', why: 'rows are gone' })
  run(world, { safety: true, snapshot: null, verdict: 'failed', why: 'no room' })
  expect(view(world)).toMatchObject({ newest: { id: '4f2c1a9b' } })
  expect(view(world)?.failure).toBeUndefined()
  expect(world.house.acceptBackup('app-db', 'dddd0000', asha)).toBe(false)
  expect(world.store.backups.good('app-db', 9)).toHaveLength(1)
  world.snapshots = () => [{ id: saved, at: now, tags: ['app-db', 'safety'] }]
  expect(await world.house.snapshots('app-db')).toMatchObject([
    { safety: true, doubt: 'rows are gone' },
  ])
})

test('snapshots come from the repository, newest first, with what is known of them', async () => {
  await using world = await open()
  const now = world.clock.now()
  run(world, { verdict: 'doubtful', why: 'it has shrunk' })
  world.snapshots = () => [
    { id: 'aaaa'.padEnd(64, '1'), at: now - day, tags: ['app-db', 'safety'] },
    { id: '4f2c1a9b'.padEnd(64, '0'), at: now - 60_000, tags: ['app-db'] },
  ]
  expect(await world.house.snapshots('app-db')).toEqual([
    { id: '4f2c1a9b', at: now - 60_000, bytes: 5_000, doubt: 'it has shrunk' },
    { id: 'aaaa1111', at: now - day, bytes: null, safety: true },
  ])
  world.snapshots = () => Promise.reject(new OperatorError('the repository is away'))
  await expect(world.house.snapshots('app-db')).rejects.toThrow('the repository is away')
  await expect(world.house.snapshots('web')).rejects.toThrow('there is no backup web')
})

test('its schedules are tasks that begin the jobs of their kinds', async () => {
  await using world = await open(drilled)
  expect(world.house.tasks()).toMatchObject([
    { name: 'backup:app-db', job: 'backup', about: { backup: 'app-db' } },
    { name: 'drill:app-db', job: 'drill' },
  ])
  world.scheduled.get('30 2 * * *')?.()
  await world.advance(2_000)
  world.scheduled.get('0 4 * * *')?.()
  await world.advance(2_000)
  expect(begun).toEqual([
    { kind: 'backup', about: { backup: 'app-db', scheduled: 'schedule' } },
    { kind: 'drill', about: { backup: 'app-db', scheduled: 'schedule' } },
  ])
  expect(world.house.tasks()[0]?.last).toMatchObject({ ok: true, text: verbatim('✅ backup') })
})

test('what was missed while nobody was there is caught up with', async () => {
  await using world = await open()
  await world.kill()
  world.clock.jump(15 * hour)
  await world.start()
  await world.advance(3_000)
  expect(begun).toEqual([{ kind: 'backup', about: { backup: 'app-db', scheduled: 'missed' } }])
})

test('an admin confirms the schedule of a backup that is new in the config', async () => {
  await using world = await open('language: en\n')
  await world.reload(yaml())
  await world.advance(2_000)
  expect(world.house.tasks()).toMatchObject([{ name: 'backup:app-db', next: null }])
  expect(view(world)).toMatchObject({ scheduled: true, next: null })
  expect(world.chat.messages[0]?.text).toContain('+ backup:app-db · backup · 30 2 * * * · UTC')
})

test('a database is named as its server does', () => {
  const words = (url: string): string => sourceWords({ kind: 'postgres', url })
  expect(words('postgresql://u:p@h/odd%20db?sslmode=require')).toBe('PostgreSQL odd db')
  expect(words('postgresql://h/100%')).toBe('PostgreSQL')
})
