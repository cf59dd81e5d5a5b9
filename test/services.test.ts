import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Config, DeployConfig } from '../src/config/types.ts'
import { createServices, type ServiceRegistry } from '../src/services.ts'
import { configOf } from './config/load.ts'
import { kinds } from './config/kinds.ts'
import { createStandIn, type StandIn } from './managers/pm2/standin.ts'
import { fakeClock } from './support/clock.ts'
import { fakeHost } from './support/facts.ts'

let daemon: StandIn
let services: ServiceRegistry
const never = new AbortController().signal
const asked = { include: 'server 127.0.0.1:3002;' }

const entry = (id: number, name: string) => ({
  pid: 4_000_000 + id,
  pm2_env: { pm_id: id, name, status: 'online', pm_uptime: 1, autorestart: true },
})
const deploy: DeployConfig = {
  repo: 'git@example.com:web.git',
  branch: 'main',
  path: '/srv/web',
  shared: [],
  validate: [],
  build: [],
  backup: [],
  strategy: 'blue-green',
  exclusive: false,
  healthy: { within: 30_000, for: 10_000 },
  watch: 0,
  autoRollback: true,
  bake: 0,
  keep: 5,
  retry: 1,
  timeout: 900_000,
  blueGreen: {
    ports: { blue: 3001, green: 3002 },
    include: '/etc/nginx/upstreams/web.conf',
    test: ['nginx', '-t'],
    reload: ['nginx', '-s', 'reload'],
  },
}
const config = (strategy: DeployConfig['strategy']): Config => {
  const read = configOf(
    'services:\n  web: { manager: { pm2: web }, health: "http://localhost:3001/" }\n',
  )
  const all = read.services.map((service) => ({ ...service, deploy: { ...deploy, strategy } }))
  return { ...read, services: all, discover: true }
}

beforeEach(async () => {
  daemon = await createStandIn()
  await daemon.start()
  daemon.processes = [entry(0, 'web-blue'), entry(1, 'web-green'), entry(2, 'web'), entry(3, 'db')]
  const clock = fakeClock()
  const host = fakeHost({ read: asked.include })
  services = createServices({ clock, host, kinds, pm2Home: daemon.home, self: { pid: 1 } })
})
afterEach(async () => {
  services.close()
  await daemon.end()
})
const names = () =>
  services.all().flatMap(({ manager }) => (manager.kind === 'pm2' ? manager.name : []))

it('take two copies for one service, and neither for one of its own', async () => {
  services.configure(config('blue-green'))
  await services.discover(never)
  // One of the old, single process is still there, and somebody has to see it.
  expect(names()).toEqual(['web', 'db', 'web'])
  expect(await services.get('web').colours?.live(never)).toBe('green')
  expect(await services.get('web').status(never)).toMatchObject([{ pid: 4_000_001 }])
})

it('of another strategy have one copy', async () => {
  services.configure(config('blue-green'))
  services.configure(config('reload'))
  await services.discover(never)
  expect(names()).toEqual(['web', 'db', 'web-blue', 'web-green'])
  expect(services.get('web').colours).toBeUndefined()
  expect(await services.get('web').status(never)).toMatchObject([{ pid: 4_000_002 }])
})
