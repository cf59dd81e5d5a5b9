import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPm2, type Pm2 } from '../../../src/managers/pm2/index.ts'
import { fakeClock, type FakeClock } from '../../support/clock.ts'
import { createStandIn, type StandIn } from './standin.ts'

let daemon: StandIn
let clock: FakeClock
let pm2: Pm2
const never = new AbortController().signal

interface Entry {
  readonly pid: number
  readonly pm2_env: Record<string, unknown>
}
const entry = (id: number, more: object = {}, pid = 4_000_000 + id): Entry => ({
  pid,
  pm2_env: {
    pm_id: id,
    name: 'web',
    status: 'online',
    exec_mode: 'cluster_mode',
    pm_uptime: clock.now() - 60_000,
    restart_time: 0,
    autorestart: true,
    NODE_APP_INSTANCE: id,
    ...more,
  },
})
const fork = { exec_mode: 'fork_mode' }
/** What was ordered, without the reads. */
const orders = () =>
  daemon.asked
    .filter(({ method }) => method !== 'getMonitorData')
    .map(({ method, argument }) => [method, argument])
/** Changes one process when it is told to do something. */
const onOrder = (method: string, change: (env: Record<string, unknown>) => object) => {
  daemon.error = (asked) => {
    if (asked.method !== method || !Array.isArray(daemon.processes)) return null
    const { argument } = asked
    const id = typeof argument === 'number' ? argument : (argument as { id: number }).id
    daemon.processes = (daemon.processes as Entry[]).map((one) =>
      one.pm2_env['pm_id'] === id ? { ...one, ...change(one.pm2_env) } : one,
    )
    return null
  }
}

beforeEach(async () => {
  daemon = await createStandIn()
  clock = fakeClock()
  pm2 = createPm2({ clock, host: 'main', home: daemon.home, self: { pid: process.pid } })
  await daemon.start()
})
afterEach(async () => {
  pm2.close()
  await daemon.end()
})

describe('a reload', () => {
  it('replaces the copies of a cluster one by one, by number and nothing else', async () => {
    daemon.processes = [entry(5), entry(6)]
    const web = pm2.manager('web')
    expect(await web.reloading(never)).toEqual({ gap: null })
    await web.reload(never)
    expect(orders()).toEqual([
      ['reloadProcessId', { id: 5 }],
      ['reloadProcessId', { id: 6 }],
    ])
  })

  it.each([
    ['stopped', 0],
    ['errored', 0],
    ['online', 4_000_005],
  ])('leaves the others alone when the new copy died: %s', async (status, pid) => {
    daemon.processes = [entry(5), entry(6)]
    onOrder('reloadProcessId', (env) => ({ pid, pm2_env: { ...env, status, restart_time: 2 } }))
    await expect(pm2.manager('web').reload(never)).rejects.toThrow(
      'The new copy of web died at once: PM2 process 5',
    )
    expect(orders()).toHaveLength(1)
  })

  it('waits for an earlier one', async () => {
    daemon.processes = [entry(5)]
    let refusals = 2
    daemon.error = () => {
      if (refusals === 0) return null
      refusals -= 1
      return 'Error: Reload already in progress for process id 5, retry later'
    }
    const done = pm2.manager('web').reload(never)
    // Each refusal is followed by one pause.
    for (let pauses = 0; pauses < 2; pauses += 1) {
      await expect.poll(() => clock.pending()).toBe(1)
      clock.advance(250)
    }
    await done
    expect(orders()).toHaveLength(3)
  })

  it('in fork mode is a restart, and says how long nobody will answer', async () => {
    daemon.processes = [entry(5, fork)]
    const web = pm2.manager('web')
    expect(await web.reloading(never)).toEqual({ gap: 2600 })
    daemon.error = () => {
      clock.advance(420)
      return null
    }
    await web.reload(never)
    expect(orders()).toEqual([['restartProcessId', { id: 5 }]])
    expect(await web.reloading(never)).toEqual({ gap: 1420 })
    daemon.processes = [entry(5, { ...fork, wait_ready: true, kill_timeout: 500 })]
    clock.advance(1000)
    expect(await web.reloading(never)).toEqual({ gap: 420 })
    expect(await pm2.manager('web').reloading(never)).toEqual({ gap: 1500 })
  })

  it('of what is not there is an error', async () => {
    for (const act of ['reload', 'reloading', 'start', 'stop'] as const)
      await expect(pm2.manager('web')[act](never)).rejects.toThrow('has no process web')
  })
})

describe('a start', () => {
  it('leaves what runs alone', async () => {
    daemon.processes = [entry(5), entry(6, { status: 'stopped' }, 0)]
    onOrder('restartProcessId', (env) => ({ pid: 77, pm2_env: { ...env, status: 'online' } }))
    await pm2.manager('web').start(never)
    expect(orders()).toEqual([['restartProcessId', { id: 6 }]])
  })

  it('that PM2 only pretends to have made is an error', async () => {
    daemon.processes = [entry(6, { status: 'stopped', autostart: false }, 0)]
    await expect(pm2.manager('web').start(never)).rejects.toMatchObject({
      message: 'PM2 on main did not start web: its process 6 is stopped',
      advice: expect.stringContaining('autostart'),
    })
  })

  it('that PM2 made by itself meanwhile is none', async () => {
    daemon.processes = [entry(6, { status: 'stopped' }, 0)]
    daemon.error = () => {
      daemon.processes = [entry(6)]
      return 'process already started'
    }
    await pm2.manager('web').start(never)
    expect(orders()).toHaveLength(1)
  })
})

describe('a stop', () => {
  const stopped = (env: object) => ({ pid: 0, pm2_env: { ...env, status: 'stopped' } })

  it('by the bot is neither a crash nor a person’s', async () => {
    daemon.processes = [entry(5), entry(6)]
    onOrder('stopProcessId', stopped)
    const web = pm2.manager('web')
    await web.stop(never)
    expect(orders()).toEqual([
      ['stopProcessId', 5],
      ['stopProcessId', 6],
    ])
    const halted = { state: 'down', saw: 'stopped by the bot', crashes: 0, pid: null }
    expect(await web.status(never)).toMatchObject([halted, halted])
  })

  it('that PM2 goes on with although the bot ran out of time is the bot’s own still', async () => {
    daemon.processes = [entry(5)]
    const late = new AbortController()
    onOrder('stopProcessId', (env) => {
      late.abort()
      return stopped(env)
    })
    const web = pm2.manager('web')
    await expect(web.stop(late.signal)).rejects.toThrow('did not answer stopProcessId in time')
    expect(await web.status(never)).toMatchObject([{ state: 'down', saw: 'stopped by the bot' }])
  })

  it('is a person’s once a person stops it too', async () => {
    daemon.processes = [entry(5)]
    onOrder('stopProcessId', stopped)
    const web = pm2.manager('web')
    await web.stop(never)
    const told = new Promise<void>((resolve) => web.watch?.(resolve))
    await daemon.listeners(1)
    const [{ pm2_env: env } = entry(5)] = daemon.processes as Entry[]
    daemon.emit('process:event', { event: 'stop', at: clock.now(), process: env })
    await told
    expect(await web.status(never)).toMatchObject([{ state: 'stopped' }])
  })

  it('is done again while PM2 starts it again', async () => {
    daemon.processes = [entry(5)]
    let times = 0
    onOrder('stopProcessId', (env) => {
      times += 1
      return times < 3 ? { pid: 70 + times, pm2_env: env } : stopped(env)
    })
    await pm2.manager('web').stop(never)
    expect(times).toBe(3)
  })

  it.each([
    ['errored', 71],
    ['online', 71],
  ])('that did not work is an error: %s', async (status, pid) => {
    daemon.processes = [entry(5)]
    onOrder('stopProcessId', (env) => {
      clock.advance(4000)
      return { pid, pm2_env: { ...env, status } }
    })
    await expect(pm2.manager('web').stop(never)).rejects.toThrow(
      `PM2 on main could not stop web: its process 5 is ${status}`,
    )
  })

  it('of what was deleted meanwhile is an error', async () => {
    daemon.processes = [entry(5)]
    daemon.error = () => {
      daemon.processes = []
      return null
    }
    await expect(pm2.manager('web').stop(never)).rejects.toThrow('has lost web')
  })
})
