import { expect, test } from 'vitest'
import { endLeftovers } from '../../src/backup/leftovers.ts'
import type { Host, ProcessFacts } from '../../src/contract/host.ts'
import { ranWell } from '../support/facts.ts'

const here = '/srv/mechanic/scratch/app-db-7'

interface Fake {
  readonly pid: number
  readonly command: string
  readonly parent?: number
  readonly heeds?: 'any' | 'KILL' | 'none'
  readonly state?: string
  readonly begets?: Fake
}

/** A machine of these processes; the test itself is one of them. */
function machine(fakes: readonly Fake[]) {
  let all: Fake[] = [{ pid: 1, command: 'init', parent: 0 }, ...fakes]
  const signals: string[] = []
  let looks = 0
  const facts = (one: Fake): ProcessFacts => ({
    parent: 1,
    name: one.command.split(' ')[0] ?? '',
    state: 'S',
    user: 0,
    memory: 0,
    swap: 0,
    cpu: 0,
    started: one.pid,
    ...one,
    command: one.state === 'D' ? '[it]' : one.command,
  })
  const host: Partial<Host> = {
    name: 'main',
    processes: async () => {
      looks += 1
      const seen = all.map(facts)
      all = all.map((one) => (one.state === 'D' ? { ...one, state: 'S' } : one))
      return seen
    },
    run: async (command) => {
      const [, , , , word = '', ...pids] = command
      signals.push(`${word} ${pids.join(' ')}`)
      const hit = all.filter(({ pid }) => pids.includes(String(pid)))
      const dead = hit.filter(({ heeds = 'any' }) => heeds === word || heeds === 'any')
      all = all.filter((one) => !dead.includes(one))
      all.push(...dead.flatMap(({ begets }) => (begets ? [begets] : [])))
      return ranWell
    },
  }
  const abort = new AbortController()
  return {
    tool: { host: host as Host, signal: abort.signal, say: () => {} },
    abort,
    signals,
    looks: () => looks,
    left: () => all.map(({ pid }) => pid),
  }
}
const noWait = (): Promise<void> => Promise.resolve()

test('what names the path is ended, and nothing else', async () => {
  const { tool, signals, left } = machine([
    { pid: 11, command: `restic --cache-dir ${here}` },
    { pid: 12, command: `pg_dump --file=${here}/dump` },
    { pid: 13, command: `restic --cache-dir ${here}0` },
    { pid: 14, command: `restic --cache-dir ${here}-b` },
    { pid: 15, command: `tail ${here}.log` },
    { pid: 16, command: 'restic --cache-dir /srv/mechanic/scratch' },
    { pid: 17, command: `restic ${here}0 ${here}` },
    { pid: process.pid, command: `node ${here}`, parent: 18 },
    { pid: 18, command: `pm2 ${here}` },
  ])
  expect(await endLeftovers(tool, here, noWait)).toBe(3)
  expect(signals).toEqual(['INT 11 17', 'TERM 12'])
  expect(left()).toEqual([1, 13, 14, 15, 16, process.pid, 18])
})

test('what does not heed a signal is killed; what it begets is found as well', async () => {
  const { tool, signals } = machine([
    { pid: 11, command: `a ${here}`, heeds: 'KILL', begets: { pid: 21, command: `b ${here}` } },
    { pid: 12, command: `c ${here}` },
  ])
  expect(await endLeftovers(tool, here, noWait)).toBe(3)
  expect(signals).toEqual(['TERM 11 12', 'KILL 11', 'TERM 21'])
})

test('one that waits for a disk is looked at again, one that has ended is not', async () => {
  const { tool, looks } = machine([
    { pid: 11, command: `restic ${here}`, state: 'D' },
    { pid: 12, command: `restic ${here}`, state: 'Z' },
  ])
  expect(await endLeftovers(tool, here, noWait)).toBe(1)
  expect(looks()).toBeGreaterThan(2)
})

test('a disk that hangs for ever does not hold it up', async () => {
  const { tool } = machine([])
  const stuck = { pid: 3, parent: 1, state: 'D', command: '[nfs]', name: 'nfs' }
  const host = { ...tool.host, processes: async () => [stuck] } as unknown as Host
  expect(await endLeftovers({ ...tool, host }, here, noWait)).toBe(0)
})

test('one that cannot be ended is told', async () => {
  const { tool } = machine([{ pid: 11, command: `restic ${here}`, heeds: 'none' }])
  await expect(endLeftovers(tool, here, noWait)).rejects.toThrow(
    'restic (process 11) on main was left over and cannot be ended',
  )
})

test('one that is started again and again is told', async () => {
  const again = (pid: number): Fake => ({
    pid,
    command: `restic ${here}`,
    get begets() {
      return again(pid + 1)
    },
  })
  const { tool } = machine([again(11)])
  await expect(endLeftovers(tool, here, noWait)).rejects.toThrow('started again and again')
})

test('it ends when its time is up', async () => {
  const { tool, abort } = machine([{ pid: 11, command: `restic ${here}`, heeds: 'none' }])
  abort.abort(new Error('late'))
  await expect(endLeftovers(tool, here, noWait)).rejects.toThrow('late')
})
