import fc from 'fast-check'
import { expect, test } from 'vitest'
import { heldUntil } from '../../../src/core/backup/lag.ts'
import { pointProblem } from '../../../src/core/backup/points.ts'

const second = 1_000
const sight = { now: 100 * second, running: true, written: 90 * second, covered: 91 * second }

test('an idle database that is all there counts as seen now', () => {
  expect(heldUntil(5 * second, sight)).toBe(100 * second)
  expect(heldUntil(5 * second, { ...sight, written: sight.covered })).toBe(100 * second)
})

test('what was written after the last that arrived, or while nobody looks, is behind', () => {
  expect(heldUntil(5 * second, { ...sight, written: 95 * second })).toBe(91 * second)
  expect(heldUntil(98 * second, { ...sight, written: 99 * second })).toBe(98 * second)
  expect(heldUntil(5 * second, { ...sight, running: false })).toBe(91 * second)
  expect(heldUntil(5 * second, { ...sight, written: null })).toBe(91 * second)
  expect(heldUntil(5 * second, { ...sight, covered: null })).toBe(5 * second)
})

test('it never goes back by itself, nor beyond now', () => {
  const time = fc.nat(1000)
  const seen = fc.record({
    now: time,
    running: fc.boolean(),
    written: fc.option(time),
    covered: fc.option(time),
  })
  fc.assert(
    fc.property(time, seen, (before, one) => {
      const after = heldUntil(before, one)
      expect(after).toBeLessThanOrEqual(one.now)
      expect(after).toBeGreaterThanOrEqual(Math.min(before, one.now))
    }),
  )
})

test('which points can be reached', () => {
  const points = { from: 10, to: 20 }
  expect(pointProblem(points, 9, 30)).toBe('early')
  expect(pointProblem(points, 10, 30)).toBe(null)
  expect(pointProblem(points, 25, 30)).toBe(null)
  expect(pointProblem(points, 31, 30)).toBe('future')
  expect(pointProblem(null, 25, 30)).toBe('none')
})
