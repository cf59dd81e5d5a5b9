import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { OperatorError } from '../../src/contract/error.ts'
import { systemClock } from '../../src/host/clock.ts'
import { createLocalHost } from '../../src/host/local.ts'

let root = ''
const put = (path: string, text: string): void => {
  const whole = join(root, path)
  mkdirSync(join(whole, '..'), { recursive: true })
  writeFileSync(whole, text)
}
const host = () => createLocalHost('main', { clock: systemClock, root })

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'proc-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const stat = 'cpu  100 0 0 900 0 0 0 0 0 0\ncpu0 1 1 1 1\ncpu1 1 1 1 1\nbtime 1700000000\n'
const meminfo = 'MemTotal: 4000 kB\nMemFree: 100 kB\nMemAvailable: 2000 kB\n'

describe.runIf(process.platform === 'linux')('facts from files', () => {
  test('a machine without limits', async () => {
    put('proc/stat', stat)
    put('proc/meminfo', meminfo)
    put('proc/loadavg', '1.00 2.00 3.00 1/2 3\n')
    expect(await host().cpu()).toMatchObject({ busy: 100, total: 1000, cores: 2 })
    expect(await host().memory()).toMatchObject({ total: 4_096_000, available: 2_048_000 })
    expect(await host().load()).toEqual({ one: 1, five: 2, fifteen: 3, cores: 2 })
    expect(await host().booted()).toBe(1_700_000_000_000)
  })

  test('a container with limits', async () => {
    put('proc/stat', stat)
    put('proc/meminfo', meminfo)
    put('proc/uptime', '100.00 190.00\n')
    put('sys/fs/cgroup/cpu.max', '50000 100000\n')
    put('sys/fs/cgroup/cpu.stat', 'usage_usec 1000000\n')
    put('sys/fs/cgroup/memory.max', '1024000\n')
    put('sys/fs/cgroup/memory.current', '512000\n')
    put('sys/fs/cgroup/memory.stat', 'inactive_file 12000\n')
    expect(await host().cpu()).toEqual({ busy: 100, total: 5000, cores: 0.5 })
    expect(await host().memory()).toMatchObject({ total: 1_024_000, available: 524_000 })
  })

  test('processes; one that is gone or garbled is left out', async () => {
    const line = '(web) S 1 1 1 0 -1 0 0 0 0 0 10 5 0 0 20 0 1 0 700 0 0'
    put('proc/stat', stat)
    put('proc/17/stat', `17 ${line}`)
    put('proc/17/status', 'Uid:\t1000\t1000\t1000\t1000\nVmRSS:\t 100 kB\n')
    put('proc/17/cmdline', 'web\0--port\x0080\0')
    put('proc/18/stat', `18 ${line}`)
    put('proc/19/stat', 'nonsense')
    put('proc/19/status', 'nonsense')
    put('proc/20/stat', `20 ${line.replace(' S ', ' D ')}`)
    put('proc/20/status', 'Uid:\t0\t0\t0\t0\n')
    put('proc/20/cmdline', 'must-not-be-read')
    const found = await host().processes()
    expect(found.toSorted((a, b) => a.pid - b.pid)).toEqual([
      {
        pid: 17,
        parent: 1,
        name: 'web',
        command: 'web --port 80',
        user: 1000,
        state: 'S',
        memory: 102_400,
        swap: 0,
        cpu: 150,
        started: 1_700_000_007_000,
      },
      expect.objectContaining({ pid: 20, state: 'D', command: '[web]' }),
    ])
  })

  test('garbage is an error in words', async () => {
    for (const file of ['stat', 'meminfo', 'loadavg']) put(`proc/${file}`, 'garbage\n')
    for (const ask of ['cpu', 'memory', 'load', 'booted'] as const) {
      await expect(host()[ask]()).rejects.toThrow(OperatorError)
    }
    put('proc/self/mountinfo', 'garbage')
    await expect(host().disk('/')).rejects.toThrow(OperatorError)
    expect(await host().mounts()).toEqual([])
  })

  test('no log of the kernel that may be read is no kill', async () => {
    put('proc/stat', stat)
    const bare = createLocalHost('main', { clock: systemClock, root, environment: { PATH: root } })
    expect(await bare.oomKills(0)).toEqual([])
  })
})

describe.runIf(process.platform === 'linux')('this machine', () => {
  const here = createLocalHost('main', { clock: systemClock })

  test('tells sound facts', async () => {
    const { busy, total, cores } = await here.cpu()
    expect(busy).toBeGreaterThan(0)
    expect(total).toBeGreaterThan(busy)
    expect(cores).toBeGreaterThan(0)
    const memory = await here.memory()
    expect(memory.available).toBeGreaterThan(0)
    expect(memory.total).toBeGreaterThanOrEqual(memory.available)
    expect((await here.load()).cores).toBeGreaterThan(0)
    expect(await here.booted()).toBeLessThan(Date.now())
    expect(Array.isArray(await here.oomKills(0))).toBe(true)
  })

  test('tells of the file system of a path, and that a path is not there', async () => {
    const disk = await here.disk(tmpdir())
    expect(disk.total).toBeGreaterThanOrEqual(disk.free)
    expect(disk.free).toBeGreaterThanOrEqual(disk.available)
    for (const mount of await here.mounts()) expect(mount.total).toBeGreaterThan(0)
    await expect(here.disk('/no/such/path')).rejects.toThrow('cannot look at /no/such/path')
  })

  test('sees this very process', async () => {
    const me = (await here.processes()).find(({ pid }) => pid === process.pid)
    expect(me?.parent).toBe(process.ppid)
    expect(me?.memory).toBeGreaterThan(1024 * 1024)
    expect(me?.cpu).toBeGreaterThan(0)
    expect(Math.abs((me?.started ?? 0) - Date.now())).toBeLessThan(3_600_000)
  })

  test('finds a deleted file that is still open', async () => {
    const path = join(root, 'big.log')
    const file = openSync(path, 'w')
    try {
      writeFileSync(file, Buffer.alloc(3 * 1024 * 1024, 'x'))
      unlinkSync(path)
      const { mount } = await here.disk(root)
      const found = (await here.openDeleted(mount)).find((one) => one.path === path)
      expect(found).toMatchObject({ pid: process.pid, path })
      expect(found?.size).toBeGreaterThan(0)
    } finally {
      closeSync(file)
    }
  })
})
