import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../../src/host/clock.ts'
import { createPm2, type Pm2 } from '../../../src/managers/pm2/index.ts'
import { startLoad } from '../../support/load.ts'
import { freePort } from '../../support/nginx.ts'
import { makeReleases, playRounds, type Releases } from '../../support/releases.ts'
import { type Daemon, startDaemon } from './daemon.ts'

let root: string
let daemon: Daemon
let pm2: Pm2
let releases: Releases
const soon = () => AbortSignal.timeout(30_000)
const ask = (port: number): Promise<string> =>
  fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.text())

const start = async (name: string, more: object): Promise<number> => {
  const port = await freePort()
  const file = join(root, `${name}.json`)
  const common = { name, script: 'app.cjs', cwd: releases.link('current'), vizion: false }
  await writeFile(file, JSON.stringify({ apps: [{ ...common, env: { PORT: port }, ...more }] }))
  await daemon.pm2('start', file)
  return port
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'reload-'))
  releases = await makeReleases(root)
  await releases.switchTo('current', 'one')
  daemon = await startDaemon()
  pm2 = createPm2({ clock: systemClock, host: 'main', home: daemon.home, self: { pid: 1 } })
})
afterAll(async () => {
  pm2.close()
  await daemon.end()
  await rm(root, { recursive: true, force: true })
})

it('of a cluster of four loses no request, and runs what the link points to', async () => {
  const options = { instances: 4, exec_mode: 'cluster', wait_ready: true, kill_timeout: 5000 }
  const port = await start('many', options)
  const many = pm2.manager('many')
  expect(await many.reloading(soon())).toEqual({ gap: null })
  const load = startLoad({ url: `http://127.0.0.1:${port}/`, perSecond: 200 })
  try {
    const result = await playRounds(load, 20, async (release) => {
      await releases.switchTo('current', release)
      await many.reload(soon())
    })
    expect(result).toMatchObject({ failed: [], stale: [], retried: 0 })
    expect((await many.status(soon())).map(({ crashes }) => crashes)).toEqual([0, 0, 0, 0])
  } finally {
    await load.end()
  }

  // A release that dies takes one copy with it, and no more.
  await releases.switchTo('current', 'dead')
  await expect(many.reload(soon())).rejects.toThrow('The new copy of many died at once')
  expect((await many.status(soon())).filter(({ crashes }) => crashes === 0)).toHaveLength(3)
  await releases.switchTo('current', 'two')
  await many.reload(soon())
  await expect.poll(() => ask(port)).toBe('two')
  await daemon.pm2('delete', 'many')
})

it('in fork mode takes about as long as it says, and stops and starts on order', async () => {
  await releases.switchTo('current', 'one')
  const port = await start('single', { wait_ready: true, kill_timeout: 5000 })
  const single = pm2.manager('single')
  const gaps: { readonly said: number | null; readonly real: number }[] = []
  const load = startLoad({ url: `http://127.0.0.1:${port}/`, perSecond: 100 })
  try {
    for (const release of ['two', 'one']) {
      const { gap: said } = await single.reloading(soon())
      const during = load.stretch()
      await releases.switchTo('current', release)
      await single.reload(soon())
      const after = load.stretch()
      await load.until(after, 10)
      expect(during.errors.size).toBeGreaterThan(0)
      gaps.push({ said, real: Math.max(during.gap, after.gap) })
    }
  } finally {
    await load.end()
  }
  for (const { said, real } of gaps) {
    expect(said).not.toBeNull()
    // A busy machine takes longer, but not that much.
    expect(real).toBeLessThan((said ?? 0) + 2000)
    expect(said ?? 0).toBeLessThan(real + 3000)
  }

  const { pid } = (await single.status(soon()))[0] ?? {}
  await single.stop(soon())
  expect(await single.status(soon())).toMatchObject([
    { state: 'down', saw: 'stopped by the bot', pid: null, crashes: 0 },
  ])
  expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH')
  await single.start(soon())
  const [back] = await single.status(soon())
  await single.start(soon())
  expect(await single.status(soon())).toMatchObject([{ state: 'starting', pid: back?.pid }])
  await daemon.pm2('stop', 'single')
  expect(await single.status(soon())).toMatchObject([{ state: 'stopped', crashes: 0 }])
})

it('stops one that is not ready yet, which PM2 itself would start again', async () => {
  await releases.switchTo('current', 'dead')
  await start('early', { wait_ready: true, exec_mode: 'cluster' }).catch(() => undefined)
  const early = pm2.manager('early')
  await early.stop(soon())
  expect(await early.status(soon())).toMatchObject([{ pid: null, state: 'down' }])
})

it('refuses what is bound to one release', async () => {
  await releases.switchTo('current', 'one')
  await start('bound', { cwd: join(root, 'releases', 'one') })
  const bound = pm2.manager('bound', undefined, root)
  await expect(bound.reloading(soon())).rejects.toThrow(
    `PM2 on main runs bound in ${root}/releases/one, whatever current points to`,
  )
  await expect(bound.reload(soon())).rejects.toThrow('whatever current points to')
  expect(await bound.status(soon())).toMatchObject([{ state: 'starting' }])
  await start('free', {})
  expect(await pm2.manager('free', undefined, root).reloading(soon())).toEqual({ gap: 2600 })
})
