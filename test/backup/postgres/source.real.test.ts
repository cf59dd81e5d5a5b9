import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dumpPostgres } from '../../../src/backup/postgres/dump.ts'
import { loadPostgres } from '../../../src/backup/postgres/load.ts'
import { queryPostgres } from '../../../src/backup/postgres/query.ts'
import { sourceOf } from '../../../src/backup/sources.ts'
import type { Source } from '../../../src/backup/source.ts'
import type { Host } from '../../../src/contract/host.ts'
import { postgresBin, postgresServer } from '../../support/postgres.ts'
import { scratch, testTool } from '../../support/tool.ts'

const source = (url: string): Source => sourceOf({ source: { kind: 'postgres', url } }, () => 5)

describe.skipIf(postgresBin === null)('a PostgreSQL database as a source', () => {
  const server = postgresServer()
  let made = 0

  /** A database with a table of 1000 rows that a plain user owns. */
  async function database(): Promise<{ name: string; owned: string }> {
    const { sql, url } = server()
    const name = `app${(made += 1)}`
    await sql(`CREATE ROLE ${name} LOGIN PASSWORD 'sesame'`)
    await sql(`CREATE DATABASE ${name} OWNER ${name}`)
    await sql('CREATE TABLE t AS SELECT n FROM generate_series(1, 1000) n', name)
    await sql(`ALTER TABLE t OWNER TO ${name}`, name)
    return { name, owned: url(name, name, 'sesame') }
  }

  it('is looked at before anything is done', async () => {
    const { name } = await database()
    const { about, room } = await source(server().url(name)).inspect(testTool())
    expect(about).toMatch(/^PostgreSQL \d+\.\d+, \d+(\.\d)? MiB, 1 table$/)
    expect(room).toBeGreaterThan(1_000_000)
  })

  it('is staged with what restic has to keep', async () => {
    const { name } = await database()
    const directory = scratch()
    const staged = await source(server().url(name)).stage(directory, testTool())
    const paths = ['database.dump', 'about.json', 'globals.sql'].map((file) =>
      join(directory, file),
    )
    expect(staged).toMatchObject({ paths, expected: paths, counts: { 'public.t': 1000 }, at: 5 })
    expect(staged.bytes).toBeGreaterThan(3000)
  })

  it('is dumped by its owner too, without the passwords of others', async () => {
    const { name, owned } = await database()
    const directory = scratch()
    const tool = testTool()
    await source(owned).stage(directory, tool)
    expect(readFileSync(join(directory, 'globals.sql'), 'utf8')).toContain(`CREATE ROLE ${name}`)
    expect(readFileSync(join(directory, 'globals.sql'), 'utf8')).not.toContain('SCRAM')
    expect(tool.said).toEqual([expect.stringContaining('without their passwords')])
  })

  it('counts the rows of the very dump while others write', async () => {
    const { name } = await database()
    const { sql, url } = server()
    let over = false
    const writer = (async () => {
      while (!over) await sql('INSERT INTO t SELECT 1 FROM generate_series(1, 500)', name)
    })()
    try {
      const directory = scratch()
      const { counts } = await dumpPostgres(url(name), directory, testTool(), () => 5)
      const back = `${name}_back`
      await loadPostgres(url(), back, directory, { owners: false }, testTool())
      const rows = await queryPostgres(url(back), 'SELECT count(*) FROM t', testTool().signal)
      expect(rows).toBe(counts['public.t'])
      expect(await queryPostgres(url(name), 'SELECT count(*) FROM t', testTool().signal)).not.toBe(
        rows,
      )
    } finally {
      over = true
      await writer
    }
  })

  it('says which tables could not be counted in time', async () => {
    const { name } = await database()
    const tool = testTool()
    const { counts } = await dumpPostgres(server().url(name), scratch(), tool, () => 5, 0)
    expect(counts).toEqual({})
    expect(tool.said).toEqual(['not counted, for want of time: public.t'])
  })

  it('never has a secret in a command line', async () => {
    const { owned } = await database()
    const tool = testTool()
    const seen: string[] = []
    const run: Host['run'] = (command, options) => {
      seen.push([command].flat().join(' '))
      return tool.host.run(command, options)
    }
    await source(owned).stage(scratch(), { ...tool, host: { ...tool.host, run } })
    expect(seen.some((line) => line.includes('pg_dumpall'))).toBe(true)
    expect(seen.join('\n')).not.toContain('sesame')
  })

  it('fails where a table cannot be read, and leaves nothing running', async () => {
    const { name, owned } = await database()
    await server().sql('CREATE TABLE closed (n int)', name)
    await expect(source(owned).stage(scratch(), testTool())).rejects.toThrow('may not do that')
    const sql = `SELECT 1 FROM pg_stat_activity WHERE datname = '${name}' AND state <> 'idle'`
    expect(await server().sql(sql)).toEqual([])
  })

  it('fails where rows are hidden from the user', async () => {
    const { name, owned } = await database()
    await server().sql('ALTER TABLE t ENABLE ROW LEVEL SECURITY', name)
    await server().sql('ALTER TABLE t FORCE ROW LEVEL SECURITY', name)
    await expect(source(owned).stage(scratch(), testTool())).rejects.toThrow('hides rows')
  })

  it('is called off in the middle', async () => {
    const { name } = await database()
    const off = new AbortController()
    const { sql, url } = server()
    const { default: pg } = await import('pg')
    const holder = new pg.Client({
      host: server().socket,
      port: server().port,
      user: 'postgres',
      database: name,
    })
    await holder.connect()
    await holder.query('BEGIN')
    await holder.query('LOCK TABLE t')
    const staged = source(url(name)).stage(scratch(), testTool({ signal: off.signal }))
    const waiting = `SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE NOT granted AND query LIKE 'LOCK TABLE%'`
    while ((await sql(waiting)).length === 0);
    off.abort()
    await expect(staged).rejects.toThrow('stopped before its end')
    await holder.end()
  })
})

describe.skipIf(postgresBin === null)('loading a dump', () => {
  const server = postgresServer()

  async function dumped(): Promise<string> {
    const { sql, url } = server()
    await sql('DROP DATABASE IF EXISTS rich')
    await sql('CREATE DATABASE rich')
    await sql('CREATE EXTENSION IF NOT EXISTS citext', 'rich')
    const directory = scratch()
    await dumpPostgres(url('rich'), directory, testTool(), () => 5)
    return directory
  }
  const edit = async (directory: string, change: (about: Record<string, unknown>) => object) => {
    const { writeFile } = await import('node:fs/promises')
    const file = join(directory, 'about.json')
    const about = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    await writeFile(file, JSON.stringify({ ...about, ...change(about) }))
  }
  const load = (directory: string, owners = true) =>
    loadPostgres(server().url(), 'loaded', directory, { owners }, testTool())

  it('keeps owner, grants, settings and comment of the database itself', async () => {
    const { sql, url } = server()
    await sql('CREATE ROLE boss')
    await sql('CREATE ROLE reader')
    await sql(`CREATE DATABASE kept OWNER boss LOCALE 'C' TEMPLATE template0 CONNECTION LIMIT 7`)
    await sql('REVOKE ALL ON DATABASE kept FROM PUBLIC')
    await sql('GRANT CONNECT ON DATABASE kept TO reader')
    await sql(`ALTER DATABASE kept SET search_path = "Odd x", public`)
    await sql(`ALTER ROLE reader IN DATABASE kept SET work_mem = '3MB'`)
    await sql(`COMMENT ON DATABASE kept IS 'it''s ours'`)
    const directory = scratch()
    await dumpPostgres(url('kept'), directory, testTool(), () => 5)
    const again = await loadPostgres(url(), 'kept2', directory, { owners: true }, testTool())
    const facts = (name: string) =>
      sql(`SELECT d.datacl::text, d.datdba, d.datcollate, d.datconnlimit,
        shobj_description(d.oid, 'pg_database') AS comment,
        (SELECT array_agg(s.setconfig::text ORDER BY s.setconfig) FROM pg_db_role_setting s WHERE setdatabase = d.oid) AS settings
        FROM pg_database d WHERE datname = '${name}'`)
    expect(await facts('kept2')).toEqual(await facts('kept'))
    expect(again.roles).toEqual(expect.arrayContaining(['boss', 'reader']))
  })

  it('names the roles that are not there, and does without in a trial', async () => {
    const directory = await dumped()
    await edit(directory, () => ({ roles: ['postgres', 'gone'] }))
    await expect(load(directory)).rejects.toMatchObject({
      message: expect.stringContaining('does not have these roles: gone'),
      advice: expect.stringContaining('globals.sql'),
    })
    await load(directory, false)
    await server().sql('DROP DATABASE loaded')
  })

  it('names the extensions that are not there', async () => {
    const directory = await dumped()
    await edit(directory, () => ({ extensions: [{ name: 'postgis', version: '3' }] }))
    await expect(load(directory)).rejects.toThrow('does not have these extensions: postgis')
  })

  it('refuses a server that is older than the dump', async () => {
    const directory = await dumped()
    await edit(directory, () => ({ server: 990_000 }))
    await expect(load(directory)).rejects.toThrow('the dump is of PostgreSQL 99')
  })

  it('does with another locale in a trial', async () => {
    const directory = await dumped()
    await edit(directory, () => ({ collate: 'xx_XX', ctype: 'xx_XX' }))
    await expect(load(directory)).rejects.toThrow('locale')
    await load(directory, false)
    await server().sql('DROP DATABASE loaded')
  })

  it('leaves nothing of a dump that is cut off', async () => {
    const directory = await dumped()
    const { truncate } = await import('node:fs/promises')
    await truncate(join(directory, 'database.dump'), 500)
    await expect(load(directory)).rejects.toThrow('pg_restore of loaded')
    expect(await server().sql(`SELECT 1 FROM pg_database WHERE datname = 'loaded'`)).toEqual([])
  })

  it('says that a directory holds no dump', async () => {
    const directory = scratch()
    expect(existsSync(join(directory, 'about.json'))).toBe(false)
    await expect(load(directory)).rejects.toThrow('is not what a backup of PostgreSQL has written')
  })
})
