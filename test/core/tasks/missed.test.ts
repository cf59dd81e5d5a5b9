import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isWorthCatchingUp } from '../../../src/core/tasks/missed.ts'

const hour = 3_600_000
const day = 24 * hour
const week = 7 * day

test.each([
  ['nothing was due', [10 * hour], 9 * hour, 10 * hour, false],
  ['a daily run, one hour late', [0], hour, day, true],
  ['a daily run, 11 hours late', [0], 11 * hour, day, true],
  ['a daily run, nearer to the next', [0], 12 * hour, day, false],
  ['an hourly run, 20 minutes late', [0], hour / 3, hour, true],
  ['an hourly run, 40 minutes late', [0], (2 * hour) / 3, hour, false],
  ['a weekly run, a day late', [0], day, week, false],
  ['a weekly run, 12 hours late', [0], 12 * hour, week, true],
  ['a run that never comes again', [0], hour, null, true],
  ['only the newest of three counts', [0, day, 2 * day], 2 * day + hour, 3 * day, true],
  ['away for longer than was planned ahead', [0, day], 30 * day, 31 * day, false],
] as const)('%s', (_, planned, now, next, worth) => {
  expect(isWorthCatchingUp({ planned, now, next })).toBe(worth)
})

test('never before its time, never later than 12 hours, never nearer to the next', () => {
  const times = fc
    .array(fc.integer({ min: 0, max: 30 * day }))
    .map((all) => all.toSorted((a, b) => a - b))
  fc.assert(
    fc.property(times, fc.nat(30 * day), fc.nat(week), (planned, now, ahead) => {
      const next = now + ahead
      if (!isWorthCatchingUp({ planned, now, next })) return
      const newest = Math.max(...planned.filter((at) => at <= now))
      expect(now - newest).toBeGreaterThanOrEqual(0)
      expect(now - newest).toBeLessThanOrEqual(12 * hour)
      expect(now - newest).toBeLessThan(next - now)
    }),
  )
})
