import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../../src/host/clock.ts'
import { createPm2, type Pm2 } from '../../../src/managers/pm2/index.ts'
import { type Load, startLoad } from '../../support/load.ts'
import { freePort } from '../../support/nginx.ts'
import { makeReleases, type Releases } from '../../support/releases.ts'
import { type Daemon, startDaemon } from './daemon.ts'

let root: string
let daemon: Daemon
let pm2: Pm2
let releases: Releases
const soon = () => AbortSignal.timeout(30_000)
const names = ['one', 'two'] as const

const start = async (name: string, more: object): Promise<number> => {
  const port = await freePort()
  const file = join(root, `${name}.json`)
  const common = { name, script: 'app.cjs', cwd: releases.link('current'), vizion: false }
  await writeFile(file, JSON.stringify({ apps: [{ ...common, env: { PORT: port }, ...more }] }))
  await daemon.pm2('start', file)
  return port
}

/** Twenty times the other release, while requests come in all the time. */
async function rounds(load: Load, turn: (release: string) => Promise<void>, count: number) {
  const failed = new Map<string, number>()
  let answers = 0
  let retried = 0
  let during = load.stretch()
  for (let round = 1; round <= count; round += 1) {
    const release = names[round % 2] ?? 'one'
    await turn(release)
    const after = load.stretch()
    await load.until(after, 20)
    const next = load.stretch()
    for (const stretch of [during, after]) {
      for (const [why, times] of stretch.errors) failed.set(why, (failed.get(why) ?? 0) + times)
      for (const times of stretch.answers.values()) answers += times
      retried += stretch.retried
    }
    expect([round, ...after.answers.keys()]).toEqual([round, release])
    during = next
  }
  return { answers, retried, failed: [...failed] }
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'reload-'))
  releases = await makeReleases(root, names)
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
    const began = performance.now()
    const result = await rounds(
      load,
      async (release) => {
        await releases.switchTo('current', release)
        await many.reload(soon())
      },
      20,
    )
    console.log(result, performance.now() - began)
    expect(result.failed).toEqual([])
  } finally {
    await load.end()
  }
})
