import { readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Instance, Manager } from '../../../src/contract/service.ts'
import { systemClock } from '../../../src/host/clock.ts'
import { createPm2, type Pm2 } from '../../../src/managers/pm2/index.ts'
import { type Daemon, startDaemon } from './daemon.ts'

let daemon: Daemon
let pm2: Pm2
const soon = () => AbortSignal.timeout(20_000)
const one = async (manager: Manager): Promise<Instance> => {
  const [first] = await manager.status(soon())
  if (!first) throw new Error('no instance')
  return first
}
const start = (name: string, what: readonly string[], ...flags: readonly string[]) =>
  daemon.pm2('start', daemon.script, '--name', name, ...flags, '--', ...what)

/** Looks at every change until it is as wanted; a change that never comes is the test's time-out. */
const until = (manager: Manager, wanted: (one: Instance) => boolean): Promise<Instance> =>
  new Promise((resolve, reject) => {
    const look = () =>
      one(manager).then((seen) => {
        if (!wanted(seen)) return
        off?.()
        resolve(seen)
      }, reject)
    const off = manager.watch?.(() => void look())
    void look()
  })

beforeAll(async () => {
  daemon = await startDaemon()
  pm2 = createPm2({
    clock: systemClock,
    host: 'main',
    home: daemon.home,
    self: { pid: process.pid },
  })
})
afterEach(() => daemon.pm2('delete', 'all').catch(() => undefined))
afterAll(async () => {
  pm2.close()
  await daemon.end()
})

describe('a service with autorestart off', () => {
  it('that is killed is seen, and told apart from one that is stopped', async () => {
    await start('web', ['run'], '--no-autorestart')
    const web = pm2.manager('web')
    const { pid } = await one(web)
    const seen = until(web, ({ state }) => state === 'down')
    process.kill(pid ?? 0, 'SIGKILL')
    expect(await seen).toMatchObject({ saw: 'killed by SIGKILL', crashes: 1, pid: null })

    await web.restart(soon())
    expect(await one(web)).toMatchObject({ state: 'starting', crashes: 1 })
    await daemon.pm2('stop', 'web')
    expect(await one(web)).toMatchObject({ state: 'stopped', crashes: 1 })
  })

  it('whose death only an earlier bot saw is known to be at rest, not why, until it is stopped', async () => {
    await start('lost', ['run'], '--no-autorestart')
    const { pid } = await one(pm2.manager('lost'))
    const seen = until(pm2.manager('lost'), ({ state }) => state === 'down')
    process.kill(pid ?? 0, 'SIGKILL')
    await seen
    const later = createPm2({
      clock: systemClock,
      host: 'main',
      home: daemon.home,
      self: { pid: 1 },
    })
    try {
      const lost = later.manager('lost')
      expect(await one(lost)).toMatchObject({ state: 'stopped', witnessed: false })
      const told = until(lost, ({ witnessed }) => witnessed !== false)
      await daemon.pm2('stop', 'lost')
      expect(await told).toMatchObject({ state: 'stopped' })
    } finally {
      later.close()
    }
  })

  it('that ends by itself is down, with code 0 too', async () => {
    await start('done', ['exit', '0'], '--no-autorestart')
    const seen = await until(pm2.manager('done'), ({ state }) => state === 'down')
    expect(seen).toMatchObject({ saw: 'exited with code 0', crashes: 1 })
  })

  it('that ended with a stop code is stopped', async () => {
    await start('wanted', ['exit', '3'], '--stop-exit-codes', '3')
    const seen = await until(pm2.manager('wanted'), ({ state }) => state === 'stopped')
    expect(seen).toMatchObject({ saw: 'ended with its stop code 3', crashes: 0 })
  })

  it('and a restart delay is down although PM2 says that it waits', async () => {
    await start('delayed', ['exit', '3'], '--no-autorestart', '--restart-delay', '60000')
    const delayed = pm2.manager('delayed')
    expect(await until(delayed, ({ state }) => state === 'down')).toMatchObject({ crashes: 1 })
    await delayed.restart(soon())
    expect(await until(delayed, ({ crashes }) => crashes === 2)).toMatchObject({ state: 'down' })
  })
})

describe('a service that PM2 restarts', () => {
  it('is left to PM2 after a death', async () => {
    await start('back', ['run'])
    const back = pm2.manager('back')
    const { pid } = await one(back)
    process.kill(pid ?? 0, 'SIGKILL')
    const seen = await until(back, (now) => now.pid !== null && now.pid !== pid)
    expect(seen).toMatchObject({ state: 'starting', crashes: 1, looping: false })
  })

  it('loops, is given up, and gets a clean slate from a restart', async () => {
    await start('loop', ['exit'])
    const loop = pm2.manager('loop')
    expect(await until(loop, ({ looping }) => looping)).toMatchObject({ looping: true })
    const gone = await until(loop, ({ saw }) => saw.startsWith('errored'))
    expect(gone).toMatchObject({ state: 'down', crashes: 16, looping: true })
    expect(gone.ends).toHaveLength(10)
    const begun = until(loop, ({ state }) => state === 'starting')
    await loop.restart(soon())
    expect(await begun).toMatchObject({ looping: false })
  })

  it('and waits is ended and started by a restart', async () => {
    await start('patient', ['exit'], '--restart-delay', '60000')
    const patient = pm2.manager('patient')
    await until(patient, ({ saw }) => saw.includes('waits for its restart'))
    await patient.restart(soon())
    expect(await until(patient, ({ crashes }) => crashes === 2)).toMatchObject({ looping: false })
  })
})

describe('a cluster of three', () => {
  it('has three instances, restarted one by one or alone', async () => {
    await start('many', ['run'], '-i', '3')
    const many = pm2.manager('many')
    const pids = async () =>
      (await many.status(soon())).map(({ label, pid }) => [label, pid] as const)
    const before = await pids()
    expect(before.map(([label]) => label)).toEqual(['0', '1', '2'])
    await many.restart(soon(), '1')
    const after = await pids()
    expect(after.map(([, pid], at) => pid === before[at]?.[1])).toEqual([true, false, true])
    await many.restart(soon())
    expect((await pids()).every(([, pid], at) => pid !== null && pid !== after[at]?.[1])).toBe(true)
    await daemon.pm2('reload', 'many')
    expect((await many.status(soon())).map(({ crashes }) => crashes)).toEqual([0, 0, 0])
  })
})

describe('a restart', () => {
  it('hands nothing of the bot to the service', async () => {
    process.env['BOT_TOKEN'] = 'the bot’s own'
    try {
      await start('plain', ['run'])
      const plain = pm2.manager('plain')
      await plain.restart(soon())
      await plain.reload(soon())
      await plain.stop(soon())
      await plain.start(soon())
      const { pid } = await one(plain)
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8')
      expect(environment).toContain('SECRET_OF_THE_SHELL')
      expect(environment).not.toContain('BOT_TOKEN')
    } finally {
      delete process.env['BOT_TOKEN']
    }
  })
})

describe('the daemon', () => {
  it('loses a deleted service, and tells whoever lists', async () => {
    await start('gone', ['run'])
    expect((await pm2.list(undefined, soon())).map(({ name }) => name)).toEqual(['gone'])
    const gone = new Promise<void>((resolve) => {
      const off = pm2.watch(undefined, () => {
        void pm2.list(undefined, soon()).then((all) => {
          if (all.length > 0) return
          off()
          resolve()
        })
      })
    })
    await daemon.pm2('delete', 'gone')
    await gone
    expect(await one(pm2.manager('gone'))).toMatchObject({ state: 'missing' })
  })

  it('is killed and resurrected, and followed', async () => {
    await start('phoenix', ['run'])
    const phoenix = pm2.manager('phoenix')
    const off = phoenix.watch?.(() => undefined)
    const { pid } = await one(phoenix)
    await daemon.pm2('save')
    await daemon.pm2('kill')
    await expect(phoenix.status(soon())).rejects.toThrow(`PM2 is not running for ${daemon.home}`)
    const back = new Promise<void>((resolve) => phoenix.watch?.(() => resolve()))
    await daemon.pm2('resurrect')
    await back
    const seen = await until(phoenix, ({ pid: now }) => now !== null && now !== pid)
    expect(seen).toMatchObject({ crashes: 0 })
    const died = until(phoenix, ({ crashes }) => crashes === 1)
    process.kill(seen.pid ?? 0, 'SIGKILL')
    await died
    off?.()
  })

  it('has logs of its services', async () => {
    await start('talks', ['run'])
    const talks = pm2.manager('talks')
    await expect
      .poll(() => talks.logs(5, soon()))
      .toEqual(expect.arrayContaining(['out run', 'err run']))
    expect(await talks.logs(5, soon(), true)).toEqual(['err run'])
  })
})
