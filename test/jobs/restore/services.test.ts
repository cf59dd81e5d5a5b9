import { expect, test } from 'vitest'
import type { ProcessFacts } from '../../../src/contract/host.ts'
import type { RestoreMemory } from '../../../src/jobs/restore/memory.ts'
import type { RestoreContext } from '../../../src/jobs/restore/reach.ts'
import { stopAll } from '../../../src/jobs/restore/services.ts'
import { fakeClock } from '../../support/clock.ts'
import { fakeHost } from '../../support/facts.ts'
import { instance } from '../../support/manager.ts'
import { processFacts } from '../../support/process-facts.ts'

const booted = 1_700_000_000_000
const pids: Readonly<Record<string, number>> = { beacon: 100, validator: 200 }

const facts = (pid: number): ProcessFacts => processFacts({ pid, parent: 1, started: booted + pid })

/** A machine on which the two run until they are stopped, and what a restore notes of it. */
function open() {
  const clock = fakeClock()
  const alive = new Set(Object.values(pids))
  const noted: string[] = []
  const host = { ...fakeHost({ booted }), processes: async () => Array.from(alive, facts) }
  const managerOf = (name: string) => {
    const pid = pids[name] ?? 0
    return {
      status: async () =>
        alive.has(pid) ? [instance({ pid })] : [instance({ state: 'stopped', pid: null })],
      async stop() {
        noted.push(`stop ${name}`)
        alive.delete(pid)
      },
    }
  }
  const context = {
    host: () => host,
    service: () => ({ host: 'main' }),
    services: { get: managerOf },
    holds: { put: (name: string) => void noted.push(`hold ${name}`) },
    remember: (part: object) => void noted.push(...Object.keys(part)),
    signal: new AbortController().signal,
    now: clock.now,
    monotonic: clock.monotonic,
    pause: async (ms: number) => clock.advance(ms),
  }
  // As much of it as stopping uses.
  return { noted, clock, context: context as unknown as RestoreContext }
}

const memory = (fields: Partial<RestoreMemory>) =>
  // As much of it as stopping uses.
  ({ backup: 'keys', services: Object.keys(pids), ran: [], seen: [], ...fields }) as RestoreMemory

test('of several that may never run twice none has to be gone before all were told to stop', async () => {
  const { noted, clock, context } = open()
  const before = clock.monotonic()
  await stopAll(memory({ exclusive: true }), context)
  expect(noted).toEqual([
    'ran',
    'hold beacon',
    'hold validator',
    'seen',
    'held',
    'stop beacon',
    'stop validator',
  ])
  expect(clock.monotonic()).toBe(before)
})

test('others are stopped, and nothing is held', async () => {
  const { noted, context } = open()
  await stopAll(memory({ exclusive: false }), context)
  expect(noted).toEqual(['ran', 'stop beacon', 'stop validator'])
})
