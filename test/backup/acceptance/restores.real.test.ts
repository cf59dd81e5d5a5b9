import { mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryKinds } from '../../support/repositories.ts'
import { postgresBin, postgresServer } from '../../support/postgres.ts'
import { scratch } from '../../support/tool.ts'
import { ask, ended, orderRestore, run, runAll } from '../support/chat.ts'
import { picture, plantFiles } from '../support/files.ts'
import { openHouse } from '../support/house.ts'
import { readLedger, startLedger } from '../support/ledger.ts'
import { dropShop, plantShop, shopName, shopPicture } from '../support/shop.ts'

/** Something that is backed up, and all that it takes to see whether it came back. */
interface Subject {
  readonly name: string
  readonly source: Readonly<Record<string, unknown>>
  remove(): Promise<void>
  /** Fails unless it is what was backed up. */
  demandWhole(): Promise<void>
}

function files(): Subject {
  const live = join(scratch(), 'srv of web')
  mkdirSync(live)
  plantFiles(live)
  const before = picture(live)
  return {
    name: 'files',
    source: { paths: [live] },
    remove: async () => rmSync(live, { recursive: true }),
    demandWhole: async () => expect(picture(live)).toEqual(before),
  }
}

/** Under load in WAL mode: what came back is a moment between its first copy and its end. */
async function ledger(): Promise<Subject> {
  const path = join(scratch(), 'app.db')
  const writer = await startLedger(path)
  const least = writer.committed()
  const { mode } = statSync(path)
  let most = 0
  return {
    name: 'ledger',
    source: { sqlite: path },
    async remove() {
      await writer.kill()
      most = readLedger(path).rows
      for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })
    },
    async demandWhole() {
      const { rows, whole } = readLedger(path)
      expect(whole).toBe(true)
      expect(rows).toBeGreaterThanOrEqual(least)
      expect(rows).toBeLessThan(most)
      expect(statSync(path).mode).toBe(mode)
    },
  }
}

const server = postgresServer()

async function shop(): Promise<Subject> {
  const cluster = server()
  await dropShop(cluster)
  await plantShop(cluster)
  const before = await shopPicture(cluster)
  return {
    name: 'shop',
    source: { postgres: cluster.url(shopName) },
    remove: () => dropShop(cluster),
    demandWhole: async () => expect(await shopPicture(cluster)).toEqual(before),
  }
}

test.each(repositoryKinds)(
  'everything is deleted and comes back from a repository by %s',
  { timeout: 300_000 },
  async (kind) => {
    const subjects = [files(), await ledger(), ...(postgresBin === null ? [] : [await shop()])]
    const names = subjects.map(({ name }) => name)
    const { bot } = await openHouse({
      kind,
      backups: Object.fromEntries(
        subjects.map(({ name, source }) => [name, { source: JSON.stringify(source) }]),
      ),
    })
    const [first = '', ...others] = names
    const made = await run(bot, `/backup ${first} now`)
    expect(made).toContain('The repository was made')
    const taken = await runAll(
      bot,
      others.map((name) => `/backup ${name} now`),
    )
    for (const words of [made, ...taken]) expect(words).toMatch(/^✅ Backed up/)

    for (const subject of subjects) await subject.remove()
    const orders = []
    for (const name of names) orders.push(await orderRestore(bot, name))
    for (const one of orders) {
      const { text } = await ended(bot, one)
      expect(text).toMatch(/^✅ Restored \w+ over live data/)
      // There was nothing that could be kept.
      expect(text).not.toMatch(/rm -r|dropdb/)
    }
    for (const subject of subjects) await subject.demandWhole()

    const drills = await runAll(
      bot,
      names.map((name) => `/backup ${name} drill`),
    )
    for (const words of drills) expect(words).toMatch(/^✅ Proven: \w+ can be restored/)
    const { text } = await ask(bot, '/backup', (one) => one.text.startsWith('💾'))
    for (const name of names) expect(text).toContain(`🟢 ${name}:`)
  },
)
