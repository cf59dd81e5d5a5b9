import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { createGuard } from '../../src/host/guard.ts'
import { createPortableFacts } from '../../src/host/portable.ts'
import type { Information } from '../../src/host/portable.ts'
import { fakeClock } from '../support/clock.ts'

const information: Information = {
  mem: async () => ({ total: 100, available: 40, swaptotal: 10, swapfree: 9 }),
  fsSize: async () => [
    { fs: '/dev/disk1', mount: '/', type: 'APFS', rw: true },
    { fs: '/dev/disk1', mount: '/System/Volumes/VM', type: 'APFS', rw: true },
    { fs: 'server:/x', mount: '/nfs', type: 'nfs', rw: true },
  ],
  processes: async () => ({
    list: [
      {
        pid: 7,
        parentPid: 1,
        name: 'node',
        command: 'node',
        params: 'server.js',
        state: 'zombie',
        memRss: 2,
        started: '2026-01-01 00:00:00',
      },
    ],
  }),
}

const facts = createPortableFacts(createGuard(fakeClock()), fakeClock(), async () => information)

test('a machine that is not Linux tells the same facts', async () => {
  expect(await facts.memory()).toEqual({ total: 100, available: 40, swapTotal: 10, swapFree: 9 })
  const { busy, total, cores } = await facts.cpu()
  expect(total).toBeGreaterThan(busy)
  expect(cores).toBeGreaterThan(0)
  expect(await facts.load()).toMatchObject({ one: expect.any(Number), cores: expect.any(Number) })
  expect(await facts.booted()).toBeLessThan(1_800_000_000_000)
})

test('its disks are those on devices, each once', async () => {
  expect((await facts.mounts()).map(({ mount }) => mount)).toEqual(['/'])
  expect(await facts.disk(tmpdir())).toMatchObject({ mount: '/', device: '/dev/disk1' })
  await expect(facts.disk('/no/such/path')).rejects.toThrow('ENOENT')
})

test('what it cannot tell is marked as such', async () => {
  const [one] = await facts.processes()
  expect(one).toMatchObject({
    pid: 7,
    command: 'node server.js',
    state: 'Z',
    memory: 2048,
    user: -1,
    cpu: NaN,
  })
  expect(await facts.openDeleted('/')).toEqual([])
  expect(await facts.oomKills(0)).toEqual([])
})
