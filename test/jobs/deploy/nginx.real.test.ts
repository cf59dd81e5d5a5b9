import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BlueGreenConfig } from '../../../src/config/types.ts'
import type { Colour, Manager } from '../../../src/contract/service.ts'
import { systemClock } from '../../../src/host/clock.ts'
import { createLocalHost } from '../../../src/host/local.ts'
import { cutOver, liveColour } from '../../../src/jobs/deploy/nginx.ts'
import { createColouredManager } from '../../../src/managers/colours.ts'
import { createPm2, type Pm2 } from '../../../src/managers/pm2/index.ts'
import { type Daemon, startDaemon } from '../../managers/pm2/daemon.ts'
import { startLoad } from '../../support/load.ts'
import { freePort, proxyConfig, startNginx } from '../../support/nginx.ts'
import { makeReleases, playRounds, type Releases } from '../../support/releases.ts'
import { type FewOfStep, stepOn } from '../../support/step.ts'

function isInstalled(): boolean {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
const installed = isInstalled()
if (!installed) console.warn('skipped, install: nginx-light')

const host = createLocalHost('main', {
  clock: systemClock,
  environment: { PATH: process.env['PATH'] ?? '' },
})
const soon = () => AbortSignal.timeout(30_000)

let root: string
let releases: Releases
let daemon: Daemon
let pm2: Pm2
let port: number
let endNginx: () => void
let blueGreen: BlueGreenConfig
let step: FewOfStep
let web: Manager

beforeAll(async () => {
  if (!installed) return
  root = await mkdtemp(join(tmpdir(), 'colours-'))
  releases = await makeReleases(root)
  daemon = await startDaemon()
  pm2 = createPm2({ clock: systemClock, host: 'main', home: daemon.home, self: { pid: 1 } })
  port = await freePort()
  const ports = { blue: await freePort(), green: await freePort() }
  const nginx = ['nginx', '-p', root, '-c', 'nginx.conf'] as const
  const include = join(root, 'upstreams', 'web.conf')
  blueGreen = { ports, include, test: [...nginx, '-t'], reload: [...nginx, '-s', 'reload'] }
  mkdirSync(join(root, 'upstreams'))
  writeFileSync(include, `server 127.0.0.1:${ports.blue};\n`)
  for (const colour of ['blue', 'green'] as const) {
    await releases.switchTo(colour, 'one')
    const file = join(root, `${colour}.json`)
    const app = {
      name: `web-${colour}`,
      script: 'app.cjs',
      cwd: releases.link(colour),
      env: { PORT: ports[colour] },
      wait_ready: true,
      kill_timeout: 5000,
      vizion: false,
    }
    writeFileSync(file, JSON.stringify({ apps: [app] }))
    await daemon.pm2('start', file)
  }
  endNginx = await startNginx(root, proxyConfig(include, port), port, { master: true })
  step = stepOn(host, { pause: (ms) => setTimeout(ms), monotonic: () => performance.now() })
  web = createColouredManager({
    name: 'web',
    include,
    copies: { blue: pm2.manager('web-blue'), green: pm2.manager('web-green') },
    live: () => liveColour(host, blueGreen),
  })
})
afterAll(async () => {
  if (!installed) return
  endNginx()
  pm2.close()
  await daemon.end()
  await rm(root, { recursive: true, force: true })
})

describe.skipIf(!installed)('two copies behind a real nginx', () => {
  it('take turns twenty times, and no request is lost', async () => {
    const load = startLoad({ url: `http://127.0.0.1:${port}/`, perSecond: 200 })
    try {
      await web.colours?.green.stop(soon())
      const result = await playRounds(load, 20, async (release) => {
        const live = await web.colours?.live(soon())
        const idle: Colour = live === 'blue' ? 'green' : 'blue'
        await releases.switchTo(idle, release)
        await web.colours?.[idle].start(soon())
        await cutOver(step, 'main', blueGreen, idle)
        if (live) await web.colours?.[live].stop(soon())
        expect(await web.colours?.live(soon())).toBe(idle)
      })
      expect(result).toMatchObject({ failed: [], stale: [] })
      // Requests on kept connections that an old worker closed just then; far more is a fault.
      expect(result.retried).toBeLessThan(result.answers / 50)
      expect(await web.status(soon())).toMatchObject([{ state: 'starting', crashes: 0 }])
    } finally {
      await load.end()
    }
  })

  it('stay as they are when nginx refuses, in its own words', async () => {
    const before = readFileSync(blueGreen.include, 'utf8')
    writeFileSync(join(root, 'nginx.conf'), 'nonsense;', { flag: 'a' })
    const live = await liveColour(host, blueGreen)
    const other = live === 'blue' ? 'green' : 'blue'
    await expect(cutOver(step, 'main', blueGreen, other)).rejects.toThrow(
      'unknown directive "nonsense"',
    )
    expect(readFileSync(blueGreen.include, 'utf8')).toBe(before)
    expect(readdirSync(join(root, 'upstreams'))).toEqual(['web.conf'])
  })
})
