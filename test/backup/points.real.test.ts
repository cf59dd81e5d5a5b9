import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { openReplica } from '../../src/backup/litestream/replica.ts'
import { replicatedOf } from '../../src/backup/litestream/run.ts'
import { pointsOf, restorePoint } from '../../src/backup/points.ts'
import { replicaBeside } from '../../src/config/repository.ts'
import type { BackupConfig } from '../../src/config/types.ts'
import { systemClock } from '../../src/host/clock.ts'
import { createLocalHost } from '../../src/host/local.ts'
import { tempHome } from '../support/home.ts'
import { repositoryKinds, startRepository } from '../support/repositories.ts'
import { writer } from '../support/writer.ts'

const host = createLocalHost('main', {
  clock: systemClock,
  redact: (text) => text,
  environment: { PATH: process.env['PATH'] },
})
const tool = { host, signal: new AbortController().signal, say: () => undefined }
const quiet = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

/** Of the sshd that was started: its port and key are ssh's business, and Litestream has none. */
function sshPart(root: string): { readonly port: string; readonly key: string } {
  const config = readFileSync(join(root, 'sshd_config'), 'utf8')
  return { port: /127\.0\.0\.1:(\d+)/.exec(config)?.[1] ?? '', key: join(root, 'key') }
}

/** This server overlooks directories that hold nothing but directories, where S3 knows none at all. */
function helpListing(root: string): void {
  const all = readdirSync(root, { recursive: true, encoding: 'utf8' })
  for (const path of all.filter((one) => /generations\/[0-9a-f]{16}$/.test(one)))
    writeFileSync(join(root, path, 'seen._S3rver_object'), '')
}

async function replicatedTo(
  kind: (typeof repositoryKinds)[number],
  database: string,
  root: string,
) {
  const place = await startRepository(kind, root)
  onTestFinished(() => place.stop())
  const beside = replicaBeside(place.url, 'app') ?? ''
  const ssh = kind === 'sftp' ? sshPart(root) : null
  const replica = ssh === null ? beside : beside.replace('@127.0.0.1', `@127.0.0.1:${ssh.port}`)
  const env = { ...place.env, ...(ssh && { LITESTREAM_SFTP_KEY: ssh.key }) }
  const config: BackupConfig = {
    name: 'app',
    host: 'main',
    source: { kind: 'sqlite', path: database },
    repository: place.url,
    password: place.password,
    env,
    keep: null,
    appendOnly: false,
    timeout: 60_000,
    verify: { parts: 10 },
    drill: { expect: [] },
    exclusive: false,
    continuous: { replica, retention: 86_400_000, maxLag: 60_000 },
  }
  return config
}

const replicating = (config: BackupConfig, database: string, root: string) =>
  openReplica(replicatedOf(config), database, Date.now(), {
    host,
    clock: systemClock,
    log: quiet,
    redact: (text) => text,
    directory: join(root, 'litestream'),
    patience: 60_000,
  })

describe.each(repositoryKinds.filter((kind) => kind !== 'rest'))('a replica by %s', (kind) => {
  test('brings back what was there, then and at last', async () => {
    const root = tempHome()
    const database = join(root, 'app.db')
    const config = await replicatedTo(kind, database, root)
    expect(await pointsOf(config, tool)).toBe(null)
    const writing = await writer(database, 20)
    const replica = replicating(config, database, root)
    onTestFinished(() => replica.stop())
    const points = await vi.waitFor(
      async () => {
        if (kind === 's3') helpListing(root)
        const found = await pointsOf(config, tool)
        expect(replica.problem()).toBe(null)
        expect((found?.to ?? 0) - (found?.from ?? 0)).toBeGreaterThan(2_000)
        return found
      },
      { timeout: 60_000, interval: 500 },
    )
    await writing.end()
    const ended = Date.now()
    await vi.waitFor(() => expect(replica.heldUntil()).toBeGreaterThan(ended), 60_000)

    const [then, last] = [join(root, 'then'), join(root, 'last')]
    for (const directory of [then, last]) mkdirSync(directory)
    const point = points?.from ?? 0
    const early = await restorePoint(config, point, then, tool)
    expect(early.at).toBeLessThanOrEqual(point)
    expect(early.at).toBeGreaterThanOrEqual(point - 1_000)
    const file = early.paths[0] ?? ''
    expect(file).toBe(join(then, 'app.db'))
    const db = new Database(file, { readonly: true })
    onTestFinished(() => void db.close())
    expect(db.prepare('SELECT max(at) FROM writes').pluck().get()).toBeLessThanOrEqual(point)

    const late = await restorePoint(config, Date.now(), last, tool)
    const live = new Database(database, { readonly: true })
    onTestFinished(() => void live.close())
    const rows = live.prepare('SELECT count(*) FROM writes').pluck().get()
    expect(late.counts['writes']).toBe(rows)
    expect(early.counts['writes']).toBeLessThan(Number(rows))
  })
})
