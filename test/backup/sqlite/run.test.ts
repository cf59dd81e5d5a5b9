import {
  chmodSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
  writeSync,
  closeSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { copySqlite, countSqlite, integrity, querySqlite } from '../../../src/backup/sqlite/run.ts'
import { makeDatabase } from '../../support/sqlite.ts'
import { scratch, testTool } from '../../support/tool.ts'

function place(rows = 100, journal: 'wal' | 'delete' = 'wal') {
  const directory = scratch()
  const path = join(directory, 'app.db')
  makeDatabase(path, rows, journal)
  return { directory, path, copy: join(directory, 'copy', 'app.db'), tool: testTool() }
}

const flip = (path: string, at: number): void => {
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(64, 0xff), 0, 64, at)
  closeSync(file)
}

describe('a copy of a SQLite database', () => {
  it('is the same database in one file, of the same owner and rights', async () => {
    const { directory, path, tool } = place()
    chmodSync(path, 0o640)
    const to = join(directory, 'copy.db')
    const { bytes, raw } = await copySqlite(path, to, tool)
    expect(raw).toBe(false)
    expect(statSync(to)).toMatchObject({
      size: bytes,
      mode: statSync(path).mode,
      uid: statSync(path).uid,
    })
    expect(await countSqlite(to, tool)).toEqual(await countSqlite(path, tool))
    expect(readdirSync(directory)).not.toContain('copy.db-wal')
  })

  it('is not made where there is no database, or another thing', async () => {
    const { directory, path, copy, tool } = place()
    await expect(copySqlite(join(directory, 'nix.db'), copy, tool)).rejects.toThrow(
      'it is not there',
    )
    writeFileSync(path, 'no database at all, but of some length: '.repeat(100))
    await expect(copySqlite(path, copy, tool)).rejects.toMatchObject({
      message: expect.stringContaining('it is not a SQLite database, or an encrypted one'),
      advice: expect.stringContaining('stop: SERVICE'),
    })
  })

  it('is not kept where the database is damaged', async () => {
    const { directory, path, tool } = place(5000)
    flip(path, 4096 * 20)
    const to = join(directory, 'copy.db')
    await expect(copySqlite(path, to, tool)).rejects.toThrow('it is damaged')
    expect(existsSync(to)).toBe(false)
  })

  it('takes in what a crash has left beside it, and leaves that alone', async () => {
    const { directory, path, tool } = place()
    const db = new Database(path)
    db.exec("INSERT INTO t (pad) VALUES ('only in the log')")
    const crashed = join(directory, 'crashed.db')
    for (const end of ['', '-wal']) copyFileSync(path + end, crashed + end)
    db.close()
    const before = readFileSync(`${crashed}-wal`)
    await copySqlite(crashed, join(directory, 'copy.db'), tool)
    expect(readFileSync(`${crashed}-wal`)).toEqual(before)
    expect(await querySqlite(join(directory, 'copy.db'), 'SELECT count(*) FROM t', tool)).toBe(101)
  })

  it('undoes what a crash has left half done', async () => {
    const { directory, path, tool } = place(5000, 'delete')
    const db = new Database(path)
    db.pragma('cache_size = 5')
    db.exec(`BEGIN; UPDATE t SET pad = pad || 'half'`)
    const crashed = join(directory, 'crashed.db')
    for (const end of ['', '-journal']) copyFileSync(path + end, crashed + end)
    db.exec('ROLLBACK')
    db.close()
    expect(readFileSync(crashed).includes('half')).toBe(true)
    const before = readFileSync(`${crashed}-journal`)
    const { raw } = await copySqlite(crashed, join(directory, 'copy.db'), tool)
    expect(raw).toBe(true)
    const half = `SELECT count(*) FROM t WHERE pad LIKE '%half'`
    expect(await querySqlite(join(directory, 'copy.db'), half, tool)).toBe(0)
    expect(readFileSync(`${crashed}-journal`)).toEqual(before)
  })
})

describe('a look at a SQLite database', () => {
  it('says what is wrong with it, in a few lines', async () => {
    const { path, tool } = place(5000)
    expect(await integrity(path, tool)).toEqual([])
    flip(path, 4096 * 20)
    const problems = await integrity(path, tool)
    expect(problems.length).toBeGreaterThan(0)
    expect(problems.length).toBeLessThanOrEqual(5)
  })

  it('finds that it was cut off', async () => {
    const { path, tool } = place(5000)
    writeFileSync(path, readFileSync(path).subarray(0, 4096 * 30))
    expect(await integrity(path, tool)).toEqual(['database disk image is malformed'])
  })

  it('counts the rows of all tables, odd ones too, but not those of Litestream', async () => {
    const { path, tool } = place()
    const db = new Database(path)
    db.exec(`CREATE TABLE "odd ""name'" (x); CREATE VIEW v AS SELECT * FROM t;
      CREATE VIRTUAL TABLE words USING fts5(text); INSERT INTO words VALUES ('a');
      CREATE TABLE keyed (k PRIMARY KEY) WITHOUT ROWID;
      CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER);
      INSERT INTO _litestream_seq VALUES (1, 7)`)
    db.close()
    expect(await countSqlite(path, tool)).toEqual({
      counts: { t: 100, [`odd "name'`]: 0, keyed: 0 },
      left: [],
    })
    expect((await countSqlite(path, tool, 0)).left).toHaveLength(3)
  })

  it('answers with one value', async () => {
    const { path, tool } = place()
    const ask = (sql: string) => querySqlite(path, sql, tool)
    expect(await ask('SELECT count(*), 5 FROM t;')).toBe(100)
    expect(await ask('SELECT 1.5')).toBe(1.5)
    expect(await ask('SELECT 9007199254740993')).toBe('9007199254740993')
    expect(await ask(`SELECT x'00ff'`)).toBe('00ff')
    expect(await ask(`SELECT 'a' UNION ALL SELECT 'b'`)).toBe('a')
    expect(await ask('SELECT null')).toBeNull()
    expect(await ask('SELECT 1 WHERE 0')).toBeNull()
  })

  it('changes nothing, whatever is asked', async () => {
    const { directory, path, tool } = place()
    const before = readFileSync(path)
    const ask = (sql: string) => querySqlite(path, sql, tool)
    await expect(ask('DELETE FROM t')).rejects.toThrow('begin it with SELECT')
    await expect(ask('DELETE FROM t RETURNING id')).rejects.toThrow('begin it with SELECT')
    await expect(ask('SELECT 1; DELETE FROM t')).rejects.toThrow('more than one statement')
    await expect(ask('SELECT * FROM nix')).rejects.toMatchObject({
      message: expect.stringContaining('no such table: nix'),
      advice: 'Correct the query in the config.',
    })
    await integrity(path, tool)
    expect(readFileSync(path)).toEqual(before)
    expect(readdirSync(directory)).toEqual(['app.db'])
  })

  it('leaves the log of a database where it is', async () => {
    const { directory, path, tool } = place()
    const db = new Database(path)
    db.exec('INSERT INTO t (pad) VALUES (1)')
    expect(await querySqlite(path, 'SELECT count(*) FROM t', tool)).toBe(101)
    expect(readdirSync(directory)).toEqual(['app.db', 'app.db-shm', 'app.db-wal'])
    db.close()
  })

  it('ends when it is called off', async () => {
    const { path } = place()
    const off = new AbortController()
    const endless = `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c`
    const tool = testTool({ signal: off.signal })
    const answer = querySqlite(path, endless, tool)
    const running = async () =>
      (await tool.host.processes()).some(({ command }) => command.endsWith(`ask ${path}`))
    while (!(await running()));
    off.abort()
    await expect(answer).rejects.toThrow('was stopped before its end')
    expect(await running()).toBe(false)
  })

  it('says so when its program is ended from outside', async () => {
    const { path, tool } = place()
    const run = async () => ({
      code: null,
      signal: 'SIGKILL',
      out: '',
      err: '',
      took: 1,
      aborted: false,
      missing: false,
    })
    const killed = { ...tool, host: { ...tool.host, run } }
    await expect(integrity(path, killed)).rejects.toThrow('its program ended early (SIGKILL)')
  })
})
