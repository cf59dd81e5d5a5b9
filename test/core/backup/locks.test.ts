import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lockState, mayUnlock } from '../../../src/core/backup/locks.ts'

const now = 1_800_000_000_000
const minute = 60_000
const view = { hostname: 'main', now, since: now - 10 * minute, alive: new Set([7]) }

test.each([
  ['ours, its restic is dead', { host: 'main', pid: 8, at: now - minute }, 'left'],
  ['made in the moment the job began', { host: 'main', pid: 8, at: now - 10 * minute }, 'left'],
  ['of a restic that runs here', { host: 'main', pid: 7, at: now - minute }, 'working'],
  [
    'of a restic that runs here for long',
    { host: 'main', pid: 7, at: now - 90 * minute },
    'working',
  ],
  ['dead, and older than the job', { host: 'main', pid: 8, at: now - 11 * minute }, 'stale'],
  ['of another machine, fresh', { host: 'other', pid: 8, at: now - 29 * minute }, 'held'],
  [
    'of another machine with a clock ahead',
    { host: 'other', pid: 8, at: now + 90 * minute },
    'held',
  ],
  ['of another machine, not renewed', { host: 'other', pid: 7, at: now - 31 * minute }, 'stale'],
] as const)('a lock %s', (_, lock, state) => {
  expect(lockState(lock, view)).toBe(state)
})

const lock = fc.record({
  host: fc.constantFrom('main', 'other'),
  pid: fc.integer({ min: 1, max: 5 }),
  at: fc.integer({ min: now - 60 * minute, max: now + 10 * minute }),
})
const anyView = fc.record({
  hostname: fc.constant('main'),
  now: fc.constant(now),
  since: fc.integer({ min: now - 60 * minute, max: now }),
  alive: fc.uniqueArray(fc.integer({ min: 1, max: 5 })).map((pids) => new Set(pids)),
})

test('nothing that somebody else holds or left is ever removed by itself', () => {
  fc.assert(
    fc.property(fc.array(lock, { maxLength: 4 }), anyView, (locks, view) => {
      if (!mayUnlock(locks, view)) return
      // What `restic unlock` takes: the dead of this machine, and all that is 30 minutes old.
      for (const one of locks) {
        expect(one.host).toBe('main')
        const isOurs = !view.alive.has(one.pid) && one.at >= view.since
        if (!isOurs) expect(view.now - one.at).toBeLessThanOrEqual(30 * minute)
        if (!isOurs) expect(view.alive).toContain(one.pid)
      }
    }),
  )
})

test('what the own job left does not stay, whatever else works here', () => {
  const left = { host: 'main', pid: 8, at: now }
  const working = { host: 'main', pid: 7, at: now }
  const stopped = { host: 'main', pid: 7, at: now - 31 * minute }
  expect(mayUnlock([left], view)).toBe(true)
  expect(mayUnlock([left, working], view)).toBe(true)
  expect(mayUnlock([working], view)).toBe(false)
  expect(mayUnlock([], view)).toBe(false)
  expect(mayUnlock([left, stopped], view)).toBe(false)
  expect(mayUnlock([left, { host: 'other', pid: 9, at: now }], view)).toBe(false)
})
