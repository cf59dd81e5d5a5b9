import Database from 'better-sqlite3'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasRestic } from '../../support/repositories.ts'
import { postgresBin, postgresServer } from '../../support/postgres.ts'
import { openStage, type Stage } from './stage.ts'

const about = { backup: 'app' }

describe.skipIf(!hasRestic)('a SQLite database', { timeout: 240_000 }, () => {
  test('is copied while it is written to, and drilled: its rows are those of the copy', async () => {
    const yaml = ({ data, repository }: Pick<Stage, 'data' | 'repository'>) => `
backups:
  app:
    source: { sqlite: "${data}/app.db" }
    repository: ${repository}
    password: correct horse
    drill: { expect: [{ query: "SELECT count(*) FROM users", at_least: 3 }] }
`
    const stage = await openStage(yaml)
    const db = new Database(join(stage.data, 'app.db'))
    db.pragma('journal_mode = WAL')
    db.exec('CREATE TABLE users (name); INSERT INTO users VALUES (1), (2), (3)')
    expect((await stage.run('backup', about)).end).toMatchObject({ ok: true })
    db.exec('INSERT INTO users VALUES (4)')
    expect(stage.runs('app')).toMatchObject([{ verdict: 'good', counts: { users: 3 } }])
    const { end } = await stage.run('drill', about)
    expect(end).toMatchObject({ outcome: 'proven' })
    expect(JSON.stringify(end?.more)).toContain('drill-job-tables')

    db.exec('DELETE FROM users')
    db.close()
    const empty = await stage.run('backup', about)
    expect(empty.end).toMatchObject({ outcome: 'doubtful' })
    expect(stage.runs('app')[0]?.why).toContain('holds no row in its only table')
    // The drill tries the last good one; a replica that nobody has written to is found as well.
    stage.world.configure(
      `${yaml(stage)}    continuous: { replica: "${stage.repository}.continuous" }\n`,
    )
    const drilled = await stage.run('drill', about)
    expect(drilled.end).toMatchObject({ outcome: 'unproven' })
    expect(drilled.end?.text.args?.['why']).toMatch(/^No point in time can be restored/)
  })
})

const server = postgresServer()

describe.skipIf(!hasRestic || postgresBin === null)(
  'a PostgreSQL database',
  { timeout: 240_000 },
  () => {
    test('is dumped, loaded into a scratch database, asked, and that one dropped', async () => {
      const { sql, url } = server()
      await sql('CREATE DATABASE app')
      await sql('CREATE TABLE users AS SELECT n FROM generate_series(1, 500) n', 'app')
      const stage = await openStage(
        ({ repository }) => `
backups:
  app:
    source: { postgres: "${url('app')}" }
    repository: ${repository}
    password: correct horse
    drill: { expect: [{ query: "SELECT count(*) FROM users", equals: 500 }] }
`,
      )
      expect((await stage.run('backup', about)).end).toMatchObject({ ok: true })
      expect(stage.runs('app')).toMatchObject([
        { verdict: 'good', counts: { 'public.users': 500 } },
      ])
      await sql('DELETE FROM users WHERE n > 400', 'app')
      const { end, memory } = await stage.run('drill', about)
      expect(end).toMatchObject({ outcome: 'proven', severity: 'info' })
      expect(memory?.['database']).toMatch(/^mechanic_drill_app_\d+$/)
      expect(await sql(`SELECT datname FROM pg_database WHERE datname LIKE 'mechanic%'`)).toEqual(
        [],
      )
      expect(JSON.stringify(stage.world.events())).not.toContain('correct horse')

      await sql('DELETE FROM users', 'app')
      expect((await stage.run('backup', about)).end).toMatchObject({ outcome: 'doubtful' })
    })

    test('is not judged by a server that cannot hold its dump, but by a dump that cannot be loaded', async () => {
      const { sql, url } = server()
      await sql('CREATE DATABASE picky')
      await sql('CREATE TABLE users AS SELECT 1 AS n', 'picky')
      await sql(`CREATE ROLE plain LOGIN PASSWORD 'plain'`)
      const yaml = (repository: string, drill: string): string => `
backups:
  app:
    source: { postgres: "${url('picky')}" }
    repository: ${repository}
    password: correct horse
    drill: { url: "${drill}" }
`
      const stage = await openStage(({ repository }) => yaml(repository, url('postgres')))
      await stage.run('backup', about)
      stage.world.configure(yaml(stage.repository, url('postgres', 'plain', 'plain')))
      const refused = await stage.run('drill', about)
      expect(refused.end).toMatchObject({ outcome: 'failed' })
      expect(JSON.stringify(refused.end)).toContain('permission denied to create database')
      expect(stage.world.store.backups.lastProof('app', 'drill')).toBeUndefined()

      await sql('CREATE FUNCTION odd(int) RETURNS bool LANGUAGE sql AS $$ SELECT true $$', 'picky')
      await sql('ALTER TABLE users ADD CHECK (odd(n))', 'picky')
      await sql(
        'CREATE OR REPLACE FUNCTION odd(int) RETURNS bool LANGUAGE sql AS $$ SELECT false $$',
        'picky',
      )
      stage.world.configure(yaml(stage.repository, url('postgres')))
      await stage.run('backup', about)
      expect((await stage.run('drill', about)).end).toMatchObject({ outcome: 'unproven' })
      expect(stage.world.store.backups.lastProof('app', 'drill')).toMatchObject({ ok: false })
    })

    test('whose drill the bot is killed in is dropped and drilled once more', async () => {
      const { sql, url } = server()
      await sql('CREATE DATABASE other')
      await sql(
        'CREATE TABLE big AS SELECT n, md5(n::text) FROM generate_series(1, 100000) n',
        'other',
      )
      const stage = await openStage(
        ({ repository }) => `
backups:
  app: { source: { postgres: "${url('other')}" }, repository: ${repository}, password: correct horse }
`,
      )
      await stage.run('backup', about)
      const id = await stage.order('drill', about)
      await stage.until(() => stage.world.store.jobs.get(id)?.memory['database'] !== null)
      await stage.world.crash()
      await stage.until(() => stage.world.store.jobs.open().length === 0)
      expect(stage.world.store.jobs.get(id)?.end).toMatchObject({ outcome: 'proven' })
      expect(await sql(`SELECT datname FROM pg_database WHERE datname LIKE 'mechanic%'`)).toEqual(
        [],
      )
    })
  },
)
