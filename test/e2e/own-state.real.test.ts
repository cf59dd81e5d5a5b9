import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test, vi } from 'vitest'
import { restoreSelf } from '../../src/cli/restore-self/main.ts'
import { createRestic } from '../../src/backup/restic/restic.ts'
import { restoreReplica } from '../../src/backup/litestream/restore.ts'
import { selfSource } from '../../src/backup/self/source.ts'
import { systemClock } from '../../src/host/clock.ts'
import { createLocalHost } from '../../src/host/local.ts'
import { createStandin } from '../../src/standin/standin.ts'
import { cli } from '../cli/outside.ts'
import { asha, environmentOf, people } from '../support/bot.ts'
import { tempHome } from '../support/home.ts'
import { hasRestic } from '../support/repositories.ts'
import { startProcess } from './support/process.ts'

const environment = { PATH: process.env['PATH'], HOME: process.env['HOME'] }
const host = createLocalHost('main', { clock: systemClock, redact: (text) => text, environment })
const tool = { host, signal: new AbortController().signal, say: () => undefined }
const password = 'only this one'

const litestreams = (home: string): readonly string[] =>
  execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(`${home}/scratch/litestream/`) && line.includes(' replicate '))

const until = <T>(look: () => T): Promise<T> => vi.waitFor(look, { timeout: 40_000, interval: 100 })

async function setUp() {
  const standin = createStandin({ clock: systemClock })
  await standin.start()
  onTestFinished(() => standin.stop())
  standin.addUser({ id: asha, name: 'Asha' })
  const home = tempHome()
  const away = join(tempHome(), 'away')
  writeFileSync(
    join(home, 'mechanic.yaml'),
    `${people}timezone: UTC\nbackups: { self: { repository: ${away}, password: ${password} } }\n`,
  )
  const replicated = {
    password,
    env: {},
    continuous: { replica: `${away}.continuous/self`, retention: 86_400_000, maxLag: 60_000 },
  }
  const generations = (): readonly string[] =>
    readdirSync(join(`${away}.continuous/self`, 'generations'))
  /** What the replica has of the bot's memory now. */
  const inReplica = async (name: string): Promise<unknown> => {
    const file = join(tempHome(), 'restored.db')
    await restoreReplica(replicated, Date.now(), file, tool)
    const db = new Database(file, { readonly: true })
    try {
      return db.prepare('SELECT value FROM meta WHERE name = ?').pluck().get(name)
    } finally {
      db.close()
    }
  }
  return {
    home,
    away,
    generations,
    inReplica,
    start: async () => {
      const bot = startProcess({ ...environmentOf(home, standin), HTTP_LISTEN: 'off' })
      onTestFinished(() => bot.kill())
      await until(() => expect(litestreams(home)).toHaveLength(1))
      return bot
    },
  }
}

test('the last write is in the replica, which goes on after a stop and after a kill', async () => {
  const { home, generations, inReplica, start } = await setUp()
  const first = await start()
  await until(() => expect(generations()).toHaveLength(1))
  expect(await first.end()).toBe(0)
  expect(litestreams(home)).toEqual([])
  const stopped = await inReplica('stopped-at')
  const db = new Database(join(home, 'mechanic.db'), { readonly: true })
  expect(stopped).toBe(db.prepare(`SELECT value FROM meta WHERE name = 'stopped-at'`).pluck().get())
  db.close()

  const second = await start()
  const [before] = litestreams(home)
  await second.kill()
  expect(litestreams(home)).toEqual([before])
  const third = await start()
  await until(() => {
    expect(litestreams(home)).toHaveLength(1)
    expect(litestreams(home)).not.toEqual([before])
  })
  await vi.waitFor(
    async () => expect(Number(await inReplica('alive-at'))).toBeGreaterThan(Number(stopped)),
    {
      timeout: 40_000,
      interval: 1_000,
    },
  )
  // A new one would be a whole copy, each time that the bot is started.
  expect(generations()).toHaveLength(1)
  expect(await third.end()).toBe(0)
})

test.runIf(hasRestic)('a bot comes back on a new machine, and goes on', async () => {
  const { home, away, generations, start } = await setUp()
  const bot = await start()
  await until(() => expect(generations()).toHaveLength(1))
  const places = {
    database: join(home, 'mechanic.db'),
    config: join(home, 'mechanic.yaml'),
    env: join(home, '.env'),
  }
  writeFileSync(places.env, 'BOT_TOKEN=1:a\n')
  const stage = join(tempHome(), 'stage')
  mkdirSync(stage)
  const { paths } = await selfSource(places).stage(stage, tool)
  const cache = join(stage, 'cache')
  const restic = createRestic({ name: 'self', url: away, password, env: {}, cache }, tool)
  await restic.init()
  await restic.backup(paths)
  await bot.end()
  for (const name of readdirSync(home)) rmSync(join(home, name), { recursive: true })

  const { code, err } = await cli(['restore-self', '--repository', away], {
    clock: systemClock,
    env: { ...environment, RESTIC_PASSWORD: password, MECHANIC_HOME: home },
    restoreSelf: (outside, wish) => restoreSelf(outside, wish, home),
  })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const again = await start()
  await until(() => expect(again.output()).toMatch(/started/))
  expect(await again.end()).toBe(0)
})
