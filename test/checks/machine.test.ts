import { describe, expect, test } from 'vitest'
import cpu from '../../checks/cpu.ts'
import disk from '../../checks/disk.ts'
import load from '../../checks/load.ts'
import memory from '../../checks/memory.ts'
import processCheck from '../../checks/process.ts'
import swap from '../../checks/swap.ts'
import type { Check } from '../../src/contract/check.ts'
import type { ProcessFacts } from '../../src/contract/host.ts'
import { systemClock } from '../../src/host/clock.ts'
import { createLocalHost } from '../../src/host/local.ts'
import type { Facts } from '../support/facts.ts'
import { contextOf } from './context.ts'
import { probeOne } from './run.ts'

const made = (pid: number, more: Partial<ProcessFacts> = {}): ProcessFacts => ({
  pid,
  parent: 1,
  name: 'node',
  command: `node /srv/${pid}.js`,
  user: 0,
  state: 'S',
  memory: pid * 2 ** 20,
  swap: 0,
  cpu: 0,
  started: pid,
  ...more,
})

const evidenceOf = (check: Check, facts: Facts, subject = '') =>
  check.evidence?.({}, { subject, metrics: {} }, contextOf(facts))

describe('cpu', () => {
  const at = (busy: number, total: number) => ({ busy, total, cores: 1 })

  test('later runs compare with the one before, without waiting', async () => {
    const memo = new Map<string, unknown>([['cpu', at(100, 1000)]])
    const reading = await probeOne(cpu, {}, { cpu: [at(190, 1100), at(0, 0)] }, { memo })
    expect(reading).toMatchObject({
      metrics: { used: 90, iowait: null },
      saw: '90% of 1 core used',
    })
  })

  test.each([at(100, 1000), at(50, 500)])(
    'counters that stood still or began anew tell nothing',
    async (now) => {
      const memo = new Map<string, unknown>([['cpu', at(100, 1000)]])
      expect((await probeOne(cpu, {}, { cpu: now }, { memo })).metrics).toMatchObject({
        used: null,
      })
      expect(memo.get('cpu')).toEqual(now)
    },
  )
})

describe('evidence', () => {
  test('of memory: who holds it, and who was killed for it', async () => {
    const facts = {
      processes: [made(1), made(30), made(4)],
      oomKills: [{ at: 1_800_000_000_000, pid: 9, name: 'java' }],
    }
    expect(await evidenceOf(memory, facts)).toEqual([
      {
        title: 'Most memory',
        lines: [
          '  30 MiB  30 node /srv/30.js',
          '   4 MiB  4 node /srv/4.js',
          '   1 MiB  1 node /srv/1.js',
        ],
      },
      {
        title: 'Killed by the kernel for want of memory, last hour (UTC)',
        lines: ['08:00:00  9 java'],
      },
    ])
    expect(await evidenceOf(memory, { processes: [], oomKills: [] })).toEqual([])
  })

  test('of swap: who is in it', async () => {
    const facts = { processes: [made(1), made(2, { swap: 2 ** 20 })] }
    expect(await evidenceOf(swap, facts)).toEqual([
      { title: 'Most in swap', lines: ['   1 MiB  2 node /srv/2.js'] },
    ])
  })

  test('of load: who is blocked', async () => {
    const facts = { processes: [made(1), made(2, { state: 'D', command: '[jbd2]' })] }
    expect(await evidenceOf(load, facts)).toEqual([
      { title: 'Blocked, most likely waiting for a disk', lines: ['2 [jbd2]'] },
    ])
  })

  test('of a disk: what is deleted but open, and the largest directories', async () => {
    const facts = {
      openDeleted: [
        { pid: 7, name: 'java', path: '/var/log/a.log', size: 5 * 2 ** 30 },
        { pid: 8, name: 'sh', path: '/tmp/x', size: 4096 },
      ],
      run: { match: 'du -x', out: '10\t/var/a\n2048\t/var/log b\n9999\t/var\ngarbage\n' },
    }
    expect(await evidenceOf(disk, facts, '/var')).toEqual([
      { title: 'Deleted, but still held open', lines: ['   5 GiB  /var/log/a.log (7 java)'] },
      { title: 'Largest directories', lines: ['   2 MiB  /var/log b', '  10 KiB  /var/a'] },
    ])
  })

  test('of a disk without du is none', async () => {
    expect(await evidenceOf(disk, { openDeleted: [], run: { missing: true } }, '/')).toEqual([])
  })
})

describe('process', () => {
  const all = [
    made(10, { name: 'nginx', command: 'nginx: master', started: 5 }),
    made(11, { name: 'nginx', command: 'nginx: worker', user: 33, started: 9 }),
    made(12, { name: 'node', command: 'node /srv/web.js --port 80' }),
    made(13, { name: 'node', command: 'node /srv/old.js', state: 'Z' }),
  ]
  const probe = (params: Record<string, unknown>, more: Facts = {}) =>
    probeOne(processCheck, params, { processes: all, ...more })

  test.each([
    [{ name: 'nginx' }, 2],
    [{ name: 'ngin' }, 0],
    [{ command: 'web.js' }, 1],
    [{ command: '/^NODE .*\\.js --port \\d+$/i' }, 1],
    [{ name: 'nginx', user: 33 }, 1],
    [{ name: 'node', command: 'nginx' }, 0],
    [{ command: 'old.js' }, 0],
  ])('%j finds %i', async (params, count) => {
    expect((await probe(params)).metrics).toMatchObject({ count, down: count === 0 })
  })

  test('users are asked for by name', async () => {
    const run = { match: 'id -u -- www-data', out: '33\n' }
    expect(
      (await probe({ name: 'nginx', user: 'www-data' }, { run: [run] })).metrics,
    ).toMatchObject({ count: 1 })
    const unknown = probe({ name: 'nginx', user: 'x' }, { run: { code: 1, out: '' } })
    await expect(unknown).rejects.toThrow('has no user x')
  })

  test('the oldest is who must stay the same', async () => {
    expect(await probe({ name: 'nginx' })).toMatchObject({
      identity: '10@5',
      saw: '2 running, 21 MiB',
    })
    expect(await probe({ command: 'old.js' })).toMatchObject({
      saw: 'not running, 1 dead but not reaped',
    })
  })

  test('CPU is what was used since the last run', async () => {
    const memo = new Map<string, unknown>()
    const run = (cpuMs: number, now: number) =>
      probeOne(
        processCheck,
        { name: 'node' },
        { processes: [made(1, { cpu: cpuMs })] },
        { memo, now },
      )
    expect((await run(1000, 10_000)).metrics).toMatchObject({ cpu: null })
    expect((await run(6000, 20_000)).metrics).toMatchObject({ cpu: 50 })
  })

  test.each([{}, { command: '/(/' }, { user: 'root' }, { name: '' }])(
    '%j names no process',
    (params) => {
      expect(processCheck.params.safeParse(params).success).toBe(false)
    },
  )
})

test('a disk of which nothing is left to ordinary users is full', async () => {
  const facts = {
    mount: '/',
    device: 'x',
    total: 100,
    free: 5,
    available: 0,
    inodes: 0,
    inodesFree: 0,
    readOnly: false,
  }
  expect((await probeOne(disk, { path: '/' }, { disk: facts })).metrics).toMatchObject({
    used: 100,
    free: 0,
  })
})

test('a path is absolute', () => {
  expect(disk.params.safeParse({ path: 'var' }).success).toBe(false)
})

describe.runIf(process.platform === 'linux')('on this machine', () => {
  test.each([cpu, memory, swap, load, disk])('$kind can be read', async (check) => {
    const host = createLocalHost('main', { clock: systemClock })
    const readings = await check.probe(check.params.parse({}), { ...contextOf({}), host })
    for (const { metrics } of readings) {
      expect(Object.values(metrics).every((value) => value !== undefined)).toBe(true)
    }
    expect(check.kind === 'swap' || readings.length > 0).toBe(true)
  })
})
