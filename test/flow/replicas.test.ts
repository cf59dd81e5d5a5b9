import { expect, test, vi } from 'vitest'
import type { BackupConfig, Config } from '../../src/config/types.ts'
import { createReplicas, type Replica } from '../../src/flow/replicas.ts'
import { configOf } from '../config/load.ts'
import { freshStore } from '../store/support.ts'
import { fakeClock } from '../support/clock.ts'

const minute = 60_000

const entry = (name: string, more = 'continuous: true'): string =>
  `  ${name}: { source: { sqlite: /srv/${name}.db }, repository: /backups/${name}, password: hunter2222, ${more} }\n`
const configured = (...entries: readonly string[]): Config =>
  configOf(`backups:\n${entries.join('')}`)

function setUp(first: Config) {
  const clock = fakeClock()
  const store = freshStore()
  const opened: { config: BackupConfig; since: number; held: number; end: () => void }[] = []
  const logged: string[] = []
  const log = (_: object, message: string): void => void logged.push(message)
  let config = first
  let failing = false
  const replicas = createReplicas({
    clock,
    store,
    log: { trace: log, debug: log, info: log, warn: log, error: log },
    config: () => config,
    replicate(one, since): Replica {
      if (failing) throw new Error('not from here')
      const { promise, resolve } = Promise.withResolvers<void>()
      const entry = { config: one, since, held: since, end: resolve }
      opened.push(entry)
      return { heldUntil: () => entry.held, problem: () => null, stop: () => promise }
    },
  })
  return {
    clock,
    store,
    opened,
    logged,
    replicas,
    fail: () => void (failing = true),
    load(next: Config) {
      config = next
      replicas.reconfigure()
    },
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('how far a replica is behind; in the first minute nobody can tell', () => {
  const { clock, store, opened, replicas } = setUp(configured(entry('app'), entry('web', '')))
  store.meta.set('replica:app', clock.now() - 5 * minute)
  replicas.start()
  expect(opened.map(({ config }) => config.name)).toEqual(['app'])
  expect(opened[0]?.since).toBe(clock.now() - 5 * minute)
  expect(replicas.lag('app')).toBe(null)
  expect(replicas.lag('web')).toBe(null)
  clock.advance(minute)
  expect(replicas.lag('app')).toBe(6 * minute)
  if (opened[0]) opened[0].held = clock.now() - 1_000
  expect(replicas.lag('app')).toBe(1_000)
  clock.advance(minute)
  expect(store.meta.number('replica:app')).toBe(clock.now() - minute - 1_000)
})

test('another config: what changed is begun anew, once the old one has ended', async () => {
  const { opened, replicas, load, store } = setUp(configured(entry('app'), entry('web')))
  replicas.start()
  load(configured(entry('app'), entry('web', 'continuous: { retention: 3d }')))
  expect(opened).toHaveLength(2)
  opened[1]?.end()
  await settled()
  expect(opened.map(({ config }) => config.name)).toEqual(['app', 'web', 'web'])

  store.meta.set('replica:web', 7)
  load(configured(entry('app'), entry('web', '')))
  expect(store.meta.number('replica:web')).toBe(null)
  opened[2]?.end()
  await settled()
  expect(opened).toHaveLength(3)
})

test('a database that cannot be written to is no end of it', () => {
  const { clock, store, opened, replicas, logged } = setUp(configured(entry('app')))
  replicas.start()
  const refused = vi.spyOn(store.meta, 'note').mockImplementation(() => {
    throw new Error('disk full')
  })
  clock.advance(minute)
  expect(logged).toEqual(['how the replicas stand could not be noted'])
  refused.mockRestore()
  if (opened[0]) opened[0].held = 99
  clock.advance(minute)
  expect(store.meta.number('replica:app')).toBe(99)
})

test('the end waits for all, and nothing begins any more', async () => {
  const { opened, replicas, store, clock } = setUp(configured(entry('app'), entry('web')))
  replicas.start()
  if (opened[0]) opened[0].held = 99
  replicas.rest()
  expect(store.meta.number('replica:app')).toBe(99)
  expect(clock.pending()).toBe(0)
  let over = false
  const stopped = replicas.stop().then(() => void (over = true))
  opened[0]?.end()
  await settled()
  expect(over).toBe(false)
  opened[1]?.end()
  await stopped
  expect(opened).toHaveLength(2)
})

test('what cannot be replicated keeps nothing else from its work', () => {
  const { replicas, fail, logged, clock } = setUp(configured(entry('app')))
  fail()
  replicas.start()
  expect(logged).toEqual(['not replicated'])
  expect(replicas.problem('app')).toBe('not from here')
  clock.advance(3 * minute)
  expect(replicas.lag('app')).toBe(3 * minute)
})
