import { createRehearsing } from './src/rehearsal/rehearsing.ts'
import { loadKinds } from './src/flow/kinds.ts'
import { systemClock } from './src/host/clock.ts'
import { createLocalHost } from './src/host/local.ts'
import { createServices } from './src/services.ts'
const kinds = await loadKinds()
const host = createLocalHost('main', { clock: systemClock })
const nolog = { trace() {}, debug() {}, info() {}, warn: console.log, error: console.log }
const fx = (name: string, kind: string, params: object, more = {}) => ({ name, kind, params: kinds.fixes.get(kind)!.params.parse(params), attempts: 3, backoff: 10000, cooldown: 600000, maxPerHour: 20, timeout: 60000, verify: {}, ...more })
const mk = () => createServices({ clock: systemClock, host, kinds, pm2Home: '/nonexistent', self: { pid: process.pid } })
const r = createRehearsing({ clock: systemClock, log: nolog as never, kinds, host, redact: (t) => t, home: '/tmp/rh/home', stop: new AbortController().signal, services: mk(),
  fixes: () => [fx('free-disk', 'clean-files', { paths: ['/var/tmp/build-*', '/srv/app/**/*.log'], older_than: '7d', keep: 2, min_size: '1GiB' }), fx('cmd', 'command', { run: ['true', 'x'] }), fx('restart:web', 'restart', { service: 'web' }, { verify: { hold: 10000 } })],
  servicesOf: (config) => { const s = mk(); s.configure(config); return s } })
for (const one of process.argv.slice(2)) console.log(JSON.stringify(await r.run(one), null, 1))
