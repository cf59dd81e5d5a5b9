import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { copySqlite, integrity, querySqlite } from '../../../src/backup/sqlite/run.ts'
import { sourceOf } from '../../../src/backup/sources.ts'
import type { Host } from '../../../src/contract/host.ts'
import { holder, makeDatabase } from '../../support/sqlite.ts'
import { scratch, testTool } from '../../support/tool.ts'

/** Both tables get their row in one transaction: a copy in between would show. */
const first = `CREATE TABLE IF NOT EXISTS twin (id INTEGER PRIMARY KEY, pad TEXT);
  CREATE TRIGGER IF NOT EXISTS both AFTER INSERT ON twin BEGIN
    INSERT INTO t (pad) VALUES (new.pad); END`
const write = 'INSERT INTO twin (pad) VALUES (hex(randomblob(40)))'
const rows = 30_000

describe('a SQLite database that another process writes to all the time', () => {
  it.each(['wal', 'delete'] as const)(
    'is copied as of one moment, with a %s journal',
    async (mode) => {
      const directory = scratch()
      const path = join(directory, 'app.db')
      makeDatabase(path, rows, mode)
      await holder(path, first, write)
      const tool = testTool()
      const count = (file: string, table: string) =>
        querySqlite(file, `SELECT count(*) FROM ${table}`, tool).then(Number)
      let last = 0
      for (const turn of [1, 2, 3]) {
        const to = join(directory, `copy-${turn}.db`)
        const { raw } = await copySqlite(path, to, tool)
        expect(raw).toBe(false)
        expect(await integrity(to, tool)).toEqual([])
        const twins = await count(to, 'twin')
        expect(await count(to, 't')).toBe(rows + twins)
        expect(twins).toBeGreaterThanOrEqual(last)
        last = twins
      }
    },
  )

  it.each(['wal', 'delete'] as const)(
    'is given up with advice while its owner also holds it locked, with a %s journal',
    async (mode) => {
      const directory = scratch()
      const path = join(directory, 'app.db')
      makeDatabase(path, rows, mode)
      const exclusive = 'PRAGMA locking_mode = EXCLUSIVE; PRAGMA wal_autocheckpoint = 1;'
      await holder(path, `${exclusive} ${first}`, write)
      await expect(
        copySqlite(path, join(directory, 'copy.db'), testTool(), 100),
      ).rejects.toMatchObject({
        message: expect.stringContaining('written to while it was copied, 3 times in a row'),
        advice: expect.stringContaining('stop: SERVICE'),
      })
    },
  )
})

describe('a full disk', () => {
  it('is told as one, and nothing is left of the copy', async () => {
    const directory = scratch()
    const path = join(directory, 'app.db')
    makeDatabase(path, rows)
    const tool = testTool()
    const run: Host['run'] = (command, options) =>
      tool.host.run(['prlimit', '--fsize=1000000', ...[command].flat()], options)
    const small = { ...tool, host: { ...tool.host, run } }
    await expect(copySqlite(path, join(directory, 'copy.db'), small)).rejects.toMatchObject({
      message: expect.stringContaining('there is no room for it'),
    })
    expect(readdirSync(directory)).toEqual(['app.db'])
  })
})

describe('a SQLite database that its owner holds locked', () => {
  it.each(['wal', 'delete'] as const)('is copied as it lies, with a %s journal', async (mode) => {
    const directory = scratch()
    const path = join(directory, 'app.db')
    makeDatabase(path, 100, mode)
    const exclusive = `PRAGMA locking_mode = EXCLUSIVE; INSERT INTO t (pad) VALUES ('theirs')`
    await holder(path, exclusive)
    const tool = testTool()
    const source = sourceOf({ source: { kind: 'sqlite', path } })
    expect((await source.inspect(tool)).about).toMatch(/^SQLite app\.db, \d+ KiB$/)
    const to = scratch()
    const staged = await source.stage(to, tool)
    expect(staged).toMatchObject({ paths: [join(to, 'app.db')], counts: { t: 101 } })
    expect(tool.said).toEqual([expect.stringContaining('its files were copied as they lay')])
  })
})
