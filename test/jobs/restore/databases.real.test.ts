import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { hasRestic } from '../../support/repositories.ts'
import { postgresBin, postgresServer } from '../../support/postgres.ts'
import { scratch } from '../../support/tool.ts'
import { Killed, openStage, type StageOptions } from './stage.ts'

describe.skipIf(!hasRestic)('a restore of SQLite', () => {
  const open = (options: StageOptions = {}) => {
    const top = scratch()
    const path = join(top, 'app.db')
    const db = new Database(path)
    db.pragma('journal_mode = WAL')
    db.exec('CREATE TABLE users (name TEXT); INSERT INTO users VALUES (1), (2), (3)')
    db.close()
    chmodSync(path, 0o660)
    const stage = openStage({ kind: 'sqlite', path }, options)
    onTestFinished(stage.close)
    const rows = (file = path): unknown => {
      const found = new Database(file, { readonly: true })
      try {
        return found.prepare('SELECT count(*) FROM users').pluck().get()
      } finally {
        found.close()
      }
    }
    const write = (): void => {
      const more = new Database(path)
      more.exec('INSERT INTO users VALUES (4)')
      more.close()
    }
    return { top, path, stage, rows, write }
  }

  test('over live data has the rows of then, and no journal of later', async () => {
    const { top, path, stage, rows, write } = open()
    await stage.backup()
    write()
    const holder = new Database(path)
    holder.exec('INSERT INTO users VALUES (5)')
    expect(existsSync(`${path}-wal`)).toBe(true)
    const asked = await stage.ask({ backup: 'app-db', what: 'latest', to: 'live' })
    expect(asked.typed?.loses).toContainEqual({
      id: 'restore-rows',
      args: { table: expect.stringContaining('users') as string, now: 5, was: 3 },
    })
    const { end } = await stage.restore('live')
    holder.close()
    expect(end).toMatchObject({ ok: true, outcome: 'restored' })
    expect(rows()).toBe(3)
    expect(statSync(path).mode & 0o777).toBe(0o660)
    const aside = join(top, readdirSync(top).find((name) => name.startsWith('.before-')) ?? '')
    expect(rows(join(aside, 'app.db'))).toBe(5)
    expect(JSON.stringify(end.more)).toContain('3 rows in 1 table')
  })

  test('through a link replaces what it leads to, with its mode', async () => {
    const { top, path, stage, rows, write } = open()
    const disk = join(top, 'disk')
    mkdirSync(disk)
    renameSync(path, join(disk, 'real.db'))
    symlinkSync(join(disk, 'real.db'), path)
    await stage.backup()
    write()
    expect((await stage.restore('live')).end.ok).toBe(true)
    expect(rows()).toBe(3)
    expect(lstatSync(path).isSymbolicLink()).toBe(true)
    expect(statSync(path).mode & 0o777).toBe(0o660)
  })

  test('to the side, and after it was lost', async () => {
    const { path, stage, rows } = open()
    await stage.backup()
    rmSync(path)
    const side = await stage.restore('side')
    expect(side.end.ok).toBe(true)
    expect(existsSync(path)).toBe(false)
    const { end } = await stage.restore('live')
    expect(end.ok).toBe(true)
    expect(rows()).toBe(3)
  })
})

describe.skipIf(!hasRestic || postgresBin === null)('a restore of PostgreSQL', () => {
  const server = postgresServer()

  const open = async (options: StageOptions = {}) => {
    const { sql, url } = server()
    const suffix = `${Date.now()}`
    const name = `App ${suffix}`
    await sql(`CREATE ROLE "owner${suffix}"`)
    await sql(`CREATE DATABASE "${name}" OWNER "owner${suffix}"`)
    await sql(`ALTER DATABASE "${name}" SET work_mem = '7MB'`)
    await sql(
      `CREATE TABLE users (n int); INSERT INTO users SELECT generate_series(1, 100);
       ALTER TABLE users OWNER TO "owner${suffix}"`,
      name,
    )
    const stage = openStage({ kind: 'postgres', url: url(name) }, options)
    onTestFinished(stage.close)
    const rows = async (database = name): Promise<unknown> =>
      (await sql('SELECT count(*)::int AS n FROM users', database))[0]?.['n']
    const databases = async (): Promise<string[]> =>
      (await sql('SELECT datname FROM pg_database ORDER BY 1'))
        .map(({ datname }) => String(datname))
        .filter((one) => one.includes(suffix))
    return { name, sql, stage, rows, databases, suffix }
  }

  test('over live data has the rows, owner and settings of then, and keeps what was live', async () => {
    const { name, sql, stage, rows, databases, suffix } = await open()
    await stage.backup()
    await sql('DELETE FROM users WHERE n > 40', name)
    const { end } = await stage.restore('live')
    expect(end).toMatchObject({ ok: true, outcome: 'restored' })
    expect(await rows()).toBe(100)
    const [, before = ''] = await databases()
    expect(before).toMatch(/_before_\d{8}-\d{6}$/)
    expect(await rows(before)).toBe(40)
    const [row] = await sql(
      `SELECT pg_get_userbyid(datdba) AS owner, current_setting('work_mem') AS work_mem,
         (SELECT tableowner FROM pg_tables WHERE tablename = 'users') AS table_owner
       FROM pg_database WHERE datname = current_database()`,
      name,
    )
    expect(row).toEqual({
      owner: `owner${suffix}`,
      work_mem: '7MB',
      table_owner: `owner${suffix}`,
    })
    const shown = JSON.stringify(end.more)
    expect(shown).toMatch(/dropdb -h \S+ -p \d+ -U \S+ '/)
    expect(shown).toContain(`'${before}'`)
    expect(stage.orders).toEqual(['backup', 'stop', 'start'])
  })

  test('to the side is a database of its own', async () => {
    const { name, stage, rows, databases } = await open({ service: false })
    await stage.backup()
    const { end } = await stage.restore('side')
    expect(end.ok).toBe(true)
    const all = await databases()
    expect(all).toHaveLength(2)
    expect(await rows(all.find((one) => one !== name))).toBe(100)
  })

  test('after the database was dropped', async () => {
    const { name, sql, stage, rows } = await open({ service: false })
    await stage.backup()
    await sql(`DROP DATABASE "${name}"`)
    expect((await stage.restore('live')).end.ok).toBe(true)
    expect(await rows()).toBe(100)
  })

  test.each(['prove', 'swap-in'])('killed after %s leaves one whole database', async (step) => {
    const { name, sql, stage, rows, databases } = await open()
    await stage.backup()
    await sql('DELETE FROM users WHERE n > 40', name)
    let killed = false
    stage.mischief.after = (at) => {
      if (at !== step || killed) return
      killed = true
      throw new Killed()
    }
    const { end } = await stage.restore('live')
    expect(end.ok).toBe(step === 'swap-in')
    expect(await rows()).toBe(step === 'swap-in' ? 100 : 40)
    expect(await databases()).toHaveLength(step === 'swap-in' ? 2 : 1)
  })
})
