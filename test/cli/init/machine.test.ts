import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { lookAround } from '../../../src/cli/init/machine.ts'
import { systemClock } from '../../../src/host/clock.ts'
import { createLocalHost } from '../../../src/host/local.ts'
import { facts, openWorld, web } from './world.ts'

const look = async (settings: Parameters<typeof openWorld>[0]) =>
  lookAround((await openWorld(settings)).outside)

describe('programs under PM2', () => {
  test('are counted by name, the bot apart', async () => {
    const seen = await look({ apps: ['web', 'api', 'web', 'mechanic'] })
    expect(seen.apps).toEqual([
      { name: 'api', copies: 1 },
      { name: 'web', copies: 2 },
    ])
    expect(seen).toMatchObject({ botUnderPm2: true, pm2: true, problems: [] })
  })

  test('that cannot be seen are told of, and the rest is looked at', async () => {
    const pm2 = () => Promise.reject(new Error('PM2 does not let this user in'))
    const seen = await look({ more: { pm2 } })
    expect(seen).toMatchObject({ apps: [], pm2: false, cores: 2 })
    expect(seen.problems).toEqual(['PM2: PM2 does not let this user in'])
  })

  test.skipIf(process.platform !== 'linux')('have a health URL that answers now', async () => {
    const server = createServer((_, response) => response.end())
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const mine = web('web')
    const asked: string[] = []
    const seen = await look({
      more: {
        host: createLocalHost('main', { clock: systemClock }),
        pm2: async () => [{ ...mine, instance: { ...mine.instance, pid: process.pid } }],
        answers: async (url) => {
          asked.push(url)
          return url === `http://127.0.0.1:${port}/healthz` ? 204 : 404
        },
      },
    })
    // The stand-in of the test listens in this process, too.
    expect(asked).toContain(`http://127.0.0.1:${port}/health`)
    expect(seen.apps).toEqual([
      { name: 'web', copies: 1, health: `http://127.0.0.1:${port}/healthz` },
    ])
  })
})

describe('units of systemd', () => {
  const file = { kind: 'file' }
  const running = [
    'nginx.service loaded active running A web server',
    'shop.service  loaded active running The shop',
    'pm2-asha.service loaded active running PM2',
  ].join('\n')
  const units = (more: object = {}) => ({
    facts: {
      ...facts,
      look: file,
      run: [
        { match: '--failed', out: 'backup.service loaded failed failed Backup\n' },
        { match: '--state=running', out: running, ...more },
      ],
    },
  })

  test('are those of this machine and well-known servers', async () => {
    const { systemd } = await look(units())
    expect(systemd).toEqual({ failed: ['backup.service'], own: ['nginx', 'shop'] })
  })

  test('that cannot be seen are told of', async () => {
    const seen = await look(units({ code: 1, out: '', err: 'Failed to connect to bus\n' }))
    expect(seen.systemd).toBeNull()
    expect(seen.problems).toEqual(['systemd: Failed to connect to bus'])
  })
})
