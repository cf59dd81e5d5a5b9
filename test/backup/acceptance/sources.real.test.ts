import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { hasRestic } from '../../support/repositories.ts'
import { postgresBin, postgresServer } from '../../support/postgres.ts'
import { scratch } from '../../support/tool.ts'
import { ended, labels, lineOf, order, restoreLive, run } from '../support/chat.ts'
import { cutNextDump } from '../support/damage.ts'
import { type BackupLines, openHouse } from '../support/house.ts'

const timeout = 300_000
const keep = '{ last: 1 }'

const linesOf = (source: Readonly<Record<string, unknown>>): BackupLines => ({
  source: JSON.stringify(source),
  keep,
})

function fill(path: string): void {
  const db = new Database(path)
  db.exec(`CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
    WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 500)
    INSERT INTO users SELECT n, 'user ' || n FROM n`)
  db.close()
}

describe.skipIf(!hasRestic)('a source', { timeout }, () => {
  test('that vanished, and a SQLite database that was emptied', async () => {
    const top = scratch()
    const [live, path] = [join(top, 'live'), join(top, 'app.db')]
    fill(path)
    writeFileSync(live, 'something')
    const { bot, snapshots } = await openHouse({
      backups: { files: linesOf({ paths: [live] }), app: linesOf({ sqlite: path }) },
    })
    expect(await run(bot, '/backup files now')).toMatch(/^✅/)
    expect(await run(bot, '/backup app now')).toMatch(/^✅/)
    const [, good = ''] = snapshots()

    renameSync(live, `${live}.away`)
    const vanished = await run(bot, '/backup files now')
    expect(vanished).toMatch(/^❌[^]*vanished/)
    expect(vanished).toContain(live)
    rmSync(path)
    const gone = await run(bot, '/backup app now')
    expect(gone).toMatch(/^❌[^]*app\.db/)
    expect(snapshots()).toHaveLength(2)

    new Database(path).exec('CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)').close()
    const emptied = await ended(bot, await order(bot, '/backup app now'))
    expect(emptied.text).toMatch(
      /^⚠️ Backed up app, but[^]*no row in its only table, where there were 500 rows/,
    )
    expect(labels(emptied).join()).toContain('Accept')
    expect(await lineOf(bot, 'app')).not.toContain('🟢')
    expect(snapshots()).toHaveLength(3)

    renameSync(`${live}.away`, live)
    expect(await run(bot, '/backup files now')).toMatch(/^✅/)
    // What is live now is as poor as it is: it is kept all the same.
    const back = await restoreLive(bot, 'app', good)
    expect(back).toMatch(/^✅ Restored app over live data[^]*500 rows in 1 table[^]*rm -r/)
    expect(await run(bot, '/backup app now')).toMatch(/^✅/)
  })

  test.skipIf(postgresBin === null)(
    'of PostgreSQL: a dump that is cut, rows and it gone',
    async () => {
      const { sql, url } = server()
      const plant = async (): Promise<void> => {
        await sql('CREATE DATABASE app')
        await sql(
          `CREATE TABLE users AS SELECT n, repeat(md5(n::text), 20) AS what FROM generate_series(1, 3000) n`,
          'app',
        )
      }
      await plant()
      const { bot, snapshots } = await openHouse({
        backups: { app: linesOf({ postgres: url('app') }) },
      })
      expect(await run(bot, '/backup app now')).toMatch(/^✅/)
      {
        using _cut = cutNextDump(join(bot.home, 'scratch'))
        expect(await run(bot, '/backup app now')).toMatch(/^❌[^]*damaged or cut off/)
      }
      await sql('TRUNCATE users', 'app')
      expect(await run(bot, '/backup app now')).toMatch(/^⚠️ Backed up app, but[^]*no row/)
      await sql('DROP DATABASE app WITH (FORCE)')
      expect(await run(bot, '/backup app now')).toMatch(/^❌[^]*no such database/)
      expect(snapshots()).toHaveLength(2)
      await plant()
      expect(await run(bot, '/backup app now')).toMatch(/^✅/)
      expect(await run(bot, '/backup app drill')).toMatch(/^✅/)
    },
  )

  const server = postgresServer()
})
