import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPm2, type Pm2 } from '../../../src/managers/pm2/index.ts'
import { fakeClock, type FakeClock } from '../../support/clock.ts'
import { createStandIn, type StandIn } from './standin.ts'

let daemon: StandIn
let clock: FakeClock
let pm2: Pm2
const never = new AbortController().signal

const entry = (id: number, name: string, more: object = {}, pid = 0) => ({
  pid,
  pm2_env: {
    pm_id: id,
    name,
    status: 'online',
    pm_uptime: clock.now() - 60_000,
    autorestart: true,
    NODE_APP_INSTANCE: 0,
    ...more,
  },
  monit: { memory: 1000, cpu: 1 },
})
const exited = (id: number, name: string, more: object = {}) => ({
  event: 'exit',
  at: clock.now(),
  process: {
    ...entry(id, name).pm2_env,
    status: 'stopped',
    exit_code: 1,
    autorestart: false,
    ...more,
  },
})
/** Resolves at the next call back. */
const next = (watch: (changed: () => void) => () => void): Promise<void> =>
  new Promise((resolve) => {
    const off = watch(() => {
      off()
      resolve()
    })
  })

beforeEach(async () => {
  daemon = await createStandIn()
  clock = fakeClock()
  pm2 = createPm2({ clock, host: 'main', home: daemon.home, self: { pid: process.pid, pmId: 9 } })
})
afterEach(async () => {
  pm2.close()
  await daemon.end()
})

describe('a home without a daemon', () => {
  it('has nothing to discover, but a service in it is an error that says what to do', async () => {
    expect(await pm2.list(undefined, never)).toEqual([])
    const status = pm2.manager('web').status(never)
    await expect(status).rejects.toThrow(`PM2 is not running for ${daemon.home} on main`)
    await expect(status).rejects.toMatchObject({ advice: expect.stringContaining('pm2 resurrect') })
  })

  it('is an error where a config names it, or once it has had one', async () => {
    await expect(pm2.list('/nowhere', never)).rejects.toThrow('PM2 is not running for /nowhere')
    await daemon.start()
    await pm2.list(undefined, never)
    await daemon.stop()
    clock.advance(1000)
    await expect(pm2.list(undefined, never)).rejects.toThrow('PM2 is not running')
  })

  it('may have the socket of a dead one', async () => {
    await writeFile(join(daemon.home, 'rpc.sock'), '')
    expect(await pm2.list(undefined, never)).toEqual([])
  })
})

describe('a daemon', () => {
  beforeEach(() => daemon.start())

  it('that does not answer is waited for no longer than it may be', async () => {
    daemon.silent = true
    const signal = AbortSignal.abort()
    await expect(pm2.manager('web').status(signal)).rejects.toThrow(
      'did not answer getMonitorData in time',
    )
  })

  it('is listed without the bot and without modules', async () => {
    daemon.processes = [
      entry(0, 'web'),
      entry(1, 'pm2-logrotate', { pmx_module: true }),
      entry(2, 'bot', {}, process.pid),
      entry(9, 'bot-by-npm'),
      entry(3, 'api', { NODE_APP_INSTANCE: 0 }),
      entry(4, 'api', { NODE_APP_INSTANCE: 1 }),
    ]
    const all = await pm2.list(undefined, never)
    expect(all.map(({ name, instance }) => [name, instance.label])).toEqual([
      ['web', ''],
      ['api', '0'],
      ['api', '1'],
    ])
  })

  it('does not know every service', async () => {
    expect(await pm2.manager('web').status(never)).toMatchObject([{ state: 'missing' }])
    await expect(pm2.manager('web').restart(never)).rejects.toThrow('has no process web')
  })

  it('is asked once for all services of a home, until something happens', async () => {
    daemon.processes = [entry(0, 'web'), entry(1, 'api')]
    await pm2.manager('web').status(never)
    await pm2.manager('api').status(never)
    expect(daemon.asked).toHaveLength(1)
    clock.advance(1000)
    await pm2.manager('api').status(never)
    expect(daemon.asked).toHaveLength(2)
    await pm2.manager('api').restart(never)
    await pm2.manager('web').status(never)
    expect(daemon.asked.map(({ method }) => method)).toEqual([
      'getMonitorData',
      'getMonitorData',
      'restartProcessId',
      'getMonitorData',
    ])
  })

  it('is told to restart by number and nothing else, one instance after another', async () => {
    daemon.processes = [
      entry(5, 'api', { NODE_APP_INSTANCE: 0 }),
      entry(6, 'api', { NODE_APP_INSTANCE: 1 }),
    ]
    const api = pm2.manager('api')
    await api.restart(never)
    await api.restart(never, '1')
    const orders = daemon.asked.filter(({ method }) => method === 'restartProcessId')
    expect(orders.map(({ argument }) => argument)).toEqual([{ id: 5 }, { id: 6 }, { id: 6 }])
    expect(api.restartSteps()).toEqual(['pm2 restart 5 (api 0)', 'pm2 restart 6 (api 1)'])
    expect(api.restartSteps('1')).toEqual(['pm2 restart 6 (api 1)'])
    await expect(api.restart(never, '7')).rejects.toThrow('has no process api 7')
  })

  it('that refuses is quoted', async () => {
    daemon.processes = [entry(0, 'web')]
    daemon.error = 'Process with pid 12 already exists'
    await expect(pm2.manager('web').restart(never)).rejects.toThrow(
      'refused: Process with pid 12 already exists',
    )
  })

  it('has its wait for a restart ended first, unless the old pid lives on', async () => {
    const waiting = { status: 'waiting restart' }
    daemon.processes = [entry(0, 'web', waiting, 2 ** 22 + 1)]
    await pm2.manager('web').restart(never)
    expect(daemon.asked.slice(-2)).toEqual([
      { method: 'stopProcessId', argument: 0 },
      { method: 'restartProcessId', argument: { id: 0 } },
    ])
    daemon.processes = [entry(0, 'web', waiting, process.ppid)]
    clock.advance(1000)
    await expect(pm2.manager('web').restart(never)).rejects.toThrow(
      'about to restart web by itself',
    )
  })
})

describe('the bus', () => {
  beforeEach(() => daemon.start())

  it('tells of a death at once, and only whom it concerns', async () => {
    daemon.processes = [entry(0, 'web', { autorestart: false })]
    const web = pm2.manager('web')
    await web.status(never)
    await daemon.listeners(1)
    let others = 0
    pm2.manager('api').watch?.(() => (others += 1))
    const told = next((changed) => web.watch?.(changed) ?? (() => undefined))
    daemon.emit('log:PM2', { data: 'App [web:0] exited with code [0] via signal [SIGKILL]\n' })
    daemon.emit('process:event', exited(0, 'web', { exit_code: 0 }))
    await told
    expect(others).toBe(0)
    daemon.processes = [entry(0, 'web', { status: 'stopped', autorestart: false })]
    expect(await web.status(never)).toMatchObject([
      { state: 'down', saw: 'killed by SIGKILL', crashes: 1, pid: null },
    ])
  })

  it('may lag behind an answer, which is then asked for again', async () => {
    daemon.processes = [entry(0, 'web', { autorestart: false })]
    const web = pm2.manager('web')
    await web.status(never)
    await daemon.listeners(1)
    clock.advance(1000)
    let answers = 0
    daemon.processes = () => {
      answers += 1
      if (answers === 2) daemon.emit('process:event', exited(0, 'web'))
      return [
        entry(0, 'web', { status: 'stopped', autorestart: false, pm_uptime: clock.now() - 61_000 }),
      ]
    }
    expect(await web.status(never)).toMatchObject([{ state: 'down', saw: 'exited with code 1' }])
  })

  it('that missed an end leaves it at a deliberate stop', async () => {
    daemon.processes = [entry(0, 'web', { autorestart: false })]
    const web = pm2.manager('web')
    await web.status(never)
    clock.advance(1000)
    daemon.processes = [
      entry(0, 'web', { status: 'stopped', autorestart: false, pm_uptime: clock.now() - 61_000 }),
    ]
    expect(await web.status(never)).toMatchObject([{ state: 'stopped', crashes: 0 }])
  })

  it('is come back to when the daemon is replaced, and what was known is kept', async () => {
    daemon.processes = [entry(0, 'web', { autorestart: false })]
    const web = pm2.manager('web')
    await web.status(never)
    await daemon.listeners(1)
    const died = next((changed) => web.watch?.(changed) ?? (() => undefined))
    daemon.emit('process:event', exited(0, 'web'))
    await died

    const lost = next((changed) => web.watch?.(changed) ?? (() => undefined))
    const stay = web.watch?.(() => undefined)
    await daemon.stop()
    await lost
    await expect(web.status(never)).rejects.toThrow('PM2 is not running')

    daemon.processes = [
      entry(3, 'web', { autorestart: false, pm_uptime: clock.now() }, process.pid),
    ]
    await daemon.start()
    const back = next((changed) => web.watch?.(changed) ?? (() => undefined))
    clock.advance(5000)
    await daemon.listeners(1)
    await back
    expect(await web.status(never)).toMatchObject([{ state: 'starting', crashes: 1 }])
    stay?.()
  })

  it('is not called again for a home that nobody watches', async () => {
    await pm2.manager('web').status(never)
    await daemon.listeners(1)
    await daemon.stop()
    clock.advance(1000)
    await expect(pm2.manager('web').status(never)).rejects.toThrow('PM2 is not running')
    expect(clock.pending()).toBe(0)
  })

  it('reports new names and possible deletions to whoever lists', async () => {
    daemon.processes = [entry(0, 'web')]
    await pm2.list(undefined, never)
    await daemon.listeners(1)
    let changes = 0
    const watching = (count: number) =>
      new Promise<void>((resolve) => {
        const off = pm2.watch(undefined, () => {
          changes += 1
          off()
          if (changes === count) resolve()
        })
      })
    const first = watching(1)
    daemon.emit('process:event', { ...exited(0, 'web'), event: 'online' })
    daemon.emit('process:event', { ...exited(1, 'new'), event: 'online' })
    await first
    const second = watching(2)
    daemon.emit('process:event', exited(0, 'web', { status: 'stopping' }))
    await second
    expect(changes).toBe(2)
  })
})

describe('logs', () => {
  it('come from the files of every instance, also when the daemon is gone', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'pm2-logs-'))
    const file = (name: string) => join(directory, name)
    try {
      await writeFile(file('out'), '2026-01-01T00:00:01: one\n2026-01-01T00:00:03: three\n')
      await writeFile(file('err'), '2026-01-01T00:00:02: two\n')
      await daemon.start()
      const logs = { pm_out_log_path: file('out'), pm_err_log_path: file('err') }
      daemon.processes = [
        entry(0, 'web', logs),
        entry(1, 'quiet', { pm_out_log_path: '/dev/null' }),
      ]
      const web = pm2.manager('web')
      expect(await web.logs(2, never)).toEqual([
        '2026-01-01T00:00:02: two',
        '2026-01-01T00:00:03: three',
      ])
      expect(await web.logs(2, never, true)).toEqual(['2026-01-01T00:00:02: two'])
      expect(await pm2.manager('quiet').logs(5, never)).toEqual([])
      await daemon.stop()
      expect(await web.logs(1, never)).toEqual(['2026-01-01T00:00:03: three'])
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})
