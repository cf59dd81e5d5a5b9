import { describe, expect, it, vi } from 'vitest'
import { connect } from '../../../src/backup/postgres/connect.ts'
import {
  databaseExists,
  databaseSize,
  databasesNamed,
  dropDatabase,
  endConnections,
  renameDatabases,
} from '../../../src/backup/postgres/database.ts'
import { queryPostgres } from '../../../src/backup/postgres/query.ts'
import { postgresBin, postgresServer } from '../../support/postgres.ts'
import { testTool } from '../../support/tool.ts'

describe.skipIf(postgresBin === null)('databases of a server', () => {
  const server = postgresServer()
  const { signal } = testTool()

  it('are found, measured and dropped with whoever is in them', async () => {
    const { url, sql } = server()
    await sql('CREATE DATABASE "mechanic_drill_a b"')
    await sql('CREATE DATABASE mechanic')
    const session = await connect(url('mechanic_drill_a b'), signal)
    expect(await databasesNamed(url(), 'mechanic_drill_', signal)).toEqual(['mechanic_drill_a b'])
    expect(await databaseSize(url(), 'mechanic_drill_a b', signal)).toBeGreaterThan(1_000_000)
    expect(await dropDatabase(url(), 'mechanic_drill_a b', signal)).toBe(true)
    expect(await dropDatabase(url(), 'mechanic_drill_a b', signal)).toBe(false)
    expect(await databaseExists(url(), 'mechanic_drill_a b', signal)).toBe(false)
    await expect(session.rows('SELECT 1')).rejects.toThrow('has ended the connection')
    await session.close()
    await expect(databaseSize(url(), 'nix', signal)).rejects.toThrow('there is no database nix')
    await dropDatabase(url('mechanic'), 'mechanic', signal)
  })

  it('change places all at once, or not at all', async () => {
    const { url, sql } = server()
    for (const name of ['live', 'fresh']) {
      await sql(`CREATE DATABASE ${name}`)
      await sql(`CREATE TABLE me AS SELECT '${name}' AS name`, name)
    }
    const inside = await connect(url('live'), signal)
    const swap = [
      ['live', 'live_aside'],
      ['fresh', 'live'],
    ] as const
    await renameDatabases(url(), swap, signal)
    expect(await queryPostgres(url('live'), 'SELECT name FROM me', signal)).toBe('fresh')
    expect(await queryPostgres(url('live_aside'), 'SELECT name FROM me', signal)).toBe('live')
    await inside.close()

    const wrong = renameDatabases(
      url(),
      [
        ['live', 'x'],
        ['nix', 'live'],
      ],
      signal,
    )
    await expect(wrong).rejects.toThrow('no such database')
    expect(await databaseExists(url(), 'live', signal)).toBe(true)
    const idle = await connect(url('live'), signal)
    expect(await endConnections(url(), 'live', signal)).toBe(1)
    await idle.close()
  })

  it('change places under clients that come back at once', async () => {
    const { url, sql } = server()
    // The more there are, the longer one of them is left alone.
    const more = Array.from({ length: 8 }, (_, at) => `more_${at}`)
    for (const name of ['busy', 'busy_new', ...more]) await sql(`CREATE DATABASE ${name}`)
    let over = false
    let came = 0
    let left = 30
    const client = async (): Promise<void> => {
      while (!over) {
        const session = await connect(url('busy'), signal).catch(() => null)
        if (session) came += 1
        await session?.rows('SELECT pg_sleep(3600)').catch(() => undefined)
        await session?.close()
      }
      left -= 1
    }
    const clients = Promise.all(Array.from({ length: left }, client))
    await vi.waitFor(() => expect(came).toBe(30))
    const swap = [
      ['busy', 'busy_aside'],
      ['busy_new', 'busy'],
      ...more.map((name) => [name, `${name}_aside`] as const),
    ] as const
    try {
      await renameDatabases(url(), swap, signal)
    } finally {
      over = true
      await vi.waitFor(async () => {
        for (const name of ['busy', 'busy_aside']) await endConnections(url(), name, signal)
        expect(left).toBe(0)
      })
      await clients
    }
    expect(await databaseExists(url(), 'busy_aside', signal)).toBe(true)
  }, 60_000)

  it('change places also where it is the one that is usually asked', async () => {
    const { url, sql } = server()
    await sql('CREATE DATABASE spare')
    await renameDatabases(
      url(),
      [
        ['postgres', 'postgres_aside'],
        ['spare', 'postgres'],
      ],
      signal,
    )
    expect(await databaseExists(url(), 'postgres_aside', signal)).toBe(true)
    expect(await databaseExists(url(), 'spare', signal)).toBe(false)
  })
})

describe.skipIf(postgresBin === null)('a question to a database', () => {
  const server = postgresServer()
  const { signal } = testTool()
  const ask = (sql: string) => queryPostgres(server().url(), sql, signal)

  it('has its first value as an answer', async () => {
    expect(await ask('SELECT count(*) FROM generate_series(1, 3);')).toBe(3)
    expect(await ask('SELECT 1.5::numeric, 2')).toBe(1.5)
    expect(await ask(`SELECT 'a b' UNION ALL SELECT 'c'`)).toBe('a b')
    expect(await ask('SELECT true')).toBe(true)
    expect(await ask('SELECT 9007199254740993')).toBe('9007199254740993')
    expect(await ask('SELECT null')).toBeNull()
    expect(await ask('SELECT 1 WHERE false')).toBeNull()
  })

  it('can change nothing', async () => {
    await server().sql('CREATE TABLE kept (n int)')
    await server().sql(
      `CREATE FUNCTION sneak() RETURNS int LANGUAGE sql AS 'DELETE FROM kept; SELECT 1'`,
    )
    await expect(ask('DROP TABLE kept')).rejects.toThrow('syntax error')
    await expect(ask('SELECT 1; COMMIT; DROP TABLE kept')).rejects.toThrow('multiple commands')
    await expect(ask('SELECT sneak()')).rejects.toThrow('read-only transaction')
    expect(await ask('SELECT count(*) FROM kept')).toBe(0)
  })

  it('may take only so long', async () => {
    await expect(queryPostgres(server().url(), 'SELECT pg_sleep(60)', signal, 50)).rejects.toThrow(
      'it took too long',
    )
  })

  it('ends when it is called off', async () => {
    const off = new AbortController()
    const answer = queryPostgres(server().url(), 'SELECT pg_sleep(60)', off.signal)
    const sql = `SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'FETCH%'`
    while ((await server().sql(sql)).length === 0);
    off.abort()
    await expect(answer).rejects.toThrow('was stopped before its end')
  })

  it.each([
    [
      'a wrong password',
      () => server().url('postgres', 'postgres', 'sesame'),
      'refuses the password',
    ],
    ['no database', () => server().url('nix'), 'no such database'],
    ['no server', () => 'postgresql://a:sesame@127.0.0.1:1/x', 'cannot be reached'],
    ['no socket', () => 'postgresql:///x?host=/nix', 'cannot be reached'],
  ])('names %s', async (_, url, says) => {
    const error: unknown = await queryPostgres(url(), 'SELECT 1', signal).catch((e: unknown) => e)
    expect(error).toMatchObject({ name: 'OperatorError', message: expect.stringContaining(says) })
    expect(String(error)).not.toContain('sesame')
  })

  it('is put to the first server that answers', async () => {
    const { port, url } = server()
    const two = url().replace(`127.0.0.1:${port}`, `127.0.0.1:1,127.0.0.1:${port}`)
    expect(await queryPostgres(two, 'SELECT 7', signal)).toBe(7)
  })
})
