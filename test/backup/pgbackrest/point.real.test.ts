import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stanzaPoints } from '../../../src/backup/pgbackrest/info.ts'
import { clearPoint, pointPlace, stagePoint } from '../../../src/backup/pgbackrest/point.ts'
import { restoreStanza } from '../../../src/backup/pgbackrest/restore.ts'
import { withCluster } from '../../../src/backup/pgbackrest/server.ts'
import { loadPostgres } from '../../../src/backup/postgres/load.ts'
import { queryPostgres } from '../../../src/backup/postgres/query.ts'
import { hasBackrest, startArchived } from '../../support/pgbackrest.ts'
import type { ArchivedCluster } from '../../support/pgbackrest.ts'
import { scratch, testTool } from '../../support/tool.ts'

describe.skipIf(!hasBackrest)('points in time by pgBackRest', () => {
  let server: ArchivedCluster
  beforeAll(async () => {
    server = await startArchived()
    await server.sql('CREATE DATABASE app')
    await server.sql('CREATE TABLE t (n int)', 'app')
  })
  afterAll(() => server.stop())

  const serverTime = async (): Promise<number> => {
    const [row] = await server.sql('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS at')
    return Number(row?.['at'])
  }
  /** pgBackRest counts in whole seconds. */
  const nextSecond = async (): Promise<number> => {
    const second = async (): Promise<number> => Math.floor((await serverTime()) / 1000)
    const now = await second()
    while ((await second()) === now) await pause(20)
    return serverTime()
  }
  const archived = () => ({ name: 'app', url: server.url('app'), stanza: server.stanza })

  /** Makes the log up to now a part of the archive. */
  const archive = async (): Promise<void> => {
    await server.sql('SELECT pg_switch_wal()')
    const sql = `SELECT last_archived_wal >= pg_walfile_name(pg_current_wal_lsn() - 1) AS done
      FROM pg_stat_archiver`
    while ((await server.sql(sql))[0]?.['done'] !== true) await pause(100)
  }

  it('are none before there is a backup', async () => {
    expect(await stanzaPoints(server.stanza, testTool())).toBeNull()
    await expect(stagePoint(archived(), 5, scratch(), testTool())).rejects.toThrow('no backup yet')
  })

  it('bring a database back as it was then', async () => {
    const tool = testTool()
    server.backrest('backup')
    await server.sql('INSERT INTO t VALUES (1)', 'app')
    const between = await nextSecond()
    await nextSecond()
    await server.sql('INSERT INTO t VALUES (2)', 'app')
    await nextSecond()
    await archive()
    const points = await stanzaPoints(server.stanza, tool)
    expect(points?.from).toBeLessThan(between)
    expect(points?.to).toBeGreaterThan(between)

    const counted = async (at: number | null): Promise<unknown> => {
      const directory = scratch()
      const { counts } = await stagePoint(archived(), at, directory, tool)
      await loadPostgres(server.url(), 'back', directory, { owners: true }, tool)
      const rows = await queryPostgres(server.url('back'), 'SELECT count(*) FROM t', tool.signal)
      expect(counts).toEqual({ 'public.t': rows })
      await server.sql('DROP DATABASE back')
      return rows
    }
    expect(await counted(between)).toBe(1)
    expect(await counted(null)).toBe(2)
    // Nothing was written between the last change and this.
    expect(await counted(points?.to ?? 0)).toBe(2)
    expect(existsSync(await pointPlace(archived(), tool))).toBe(false)

    // The bot is killed while the restored server runs: it goes on, and is found by the next one.
    const place = await pointPlace(archived(), tool)
    const options = { directory: place, database: 'app', users: ['postgres'], mark: scratch() }
    await restoreStanza(server.stanza, null, options, tool)
    const begun = Promise.withResolvers<void>()
    const never = withCluster(options, tool, () => {
      begun.resolve()
      return new Promise<void>(() => {})
    })
    never.catch(() => undefined)
    await begun.promise
    await clearPoint(archived(), tool)
    expect(existsSync(place)).toBe(false)
    const runs = (await tool.host.processes()).filter(({ command }) => command.includes(place))
    expect(runs).toEqual([])

    await expect(
      stagePoint(archived(), Date.now() + 60_000, scratch(), tool),
    ).rejects.toMatchObject({
      message: expect.stringContaining('cannot be reached'),
      advice: expect.stringMatching(/^Choose a time from \d{4}-.* to \d{4}-/),
    })
  })
})
