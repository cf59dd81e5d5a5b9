import { mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasRestic, repositoryKinds } from '../../support/repositories.ts'
import { postgresBin, postgresServer } from '../../support/postgres.ts'
import { scratch } from '../../support/tool.ts'
import { lineOf, restoreLive, run } from '../support/chat.ts'
import { picture, plantFiles } from '../support/files.ts'
import { openHouse } from '../support/house.ts'
import { readLedger, startLedger } from '../support/ledger.ts'
import { dropShop, plantShop, shopName, shopPicture } from '../support/shop.ts'

const timeout = 240_000

describe.skipIf(!hasRestic).each(repositoryKinds)('in a repository by %s', { timeout }, (kind) => {
  const server = postgresServer()

  test('files come back as they were, after all of them were deleted', async () => {
    const top = scratch()
    const live = join(top, 'srv of web')
    mkdirSync(live)
    plantFiles(live)
    const { bot } = await openHouse({
      kind,
      backups: { files: { source: JSON.stringify({ paths: [live] }) } },
    })
    const before = picture(live)
    expect(await run(bot, '/backup files now')).toMatch(/^✅/)
    rmSync(live, { recursive: true })
    expect(await restoreLive(bot, 'files')).toMatch(/^✅/)
    expect(picture(live)).toEqual(before)
    expect(await run(bot, '/backup files drill')).toMatch(/^✅/)
    expect(await lineOf(bot, 'files')).toContain('🟢')
  })

  test('a SQLite database under load comes back as it was at a moment', async () => {
    const path = join(scratch(), 'app.db')
    const ledger = await startLedger(path)
    const { bot } = await openHouse({
      kind,
      backups: { ledger: { source: JSON.stringify({ sqlite: path }) } },
    })
    const least = ledger.committed()
    expect(await run(bot, '/backup ledger now')).toMatch(/^✅/)
    await ledger.kill()
    const most = readLedger(path).rows
    const { mode } = statSync(path)
    for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })
    expect(await restoreLive(bot, 'ledger')).toMatch(/^✅/)
    const { rows, whole } = readLedger(path)
    expect({ whole, between: rows >= least && rows <= most }).toEqual({
      whole: true,
      between: true,
    })
    expect(statSync(path).mode).toBe(mode)
    expect(await run(bot, '/backup ledger drill')).toMatch(/^✅/)
    expect(await lineOf(bot, 'ledger')).toContain('🟢')
  })

  test.skipIf(postgresBin === null)(
    'PostgreSQL comes back, with all that is around it',
    async () => {
      const cluster = server()
      await dropShop(cluster, { roles: true })
      await plantShop(cluster)
      const { bot } = await openHouse({
        kind,
        backups: { shop: { source: JSON.stringify({ postgres: cluster.url(shopName) }) } },
      })
      const before = await shopPicture(cluster)
      expect(await run(bot, '/backup shop now')).toMatch(/^✅/)
      await dropShop(cluster, { roles: true })
      expect(await restoreLive(bot, 'shop')).toMatch(/^✅/)
      expect(await shopPicture(cluster)).toEqual(before)
      expect(await run(bot, '/backup shop drill')).toMatch(/^✅/)
      expect(await lineOf(bot, 'shop')).toContain('🟢')
    },
  )
})
