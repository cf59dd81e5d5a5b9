import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keepRecent, percentile } from '../../src/probe/recent.ts'

test('the newest values are kept, whatever stood there before', () => {
  const memo = new Map<string, unknown>([['key', 'nonsense']])
  for (const value of [1, 2, 3, 4]) keepRecent(memo, 'key', value, 3)
  expect(keepRecent(memo, 'key', 5, 3)).toEqual([3, 4, 5])
})

test('the 95th percentile of twenty is the second largest', () => {
  const twenty = Array.from({ length: 20 }, (_, index) => 20 - index)
  expect(percentile(twenty, 95)).toBe(19)
  expect(percentile([7], 95)).toBe(7)
  expect(percentile([], 95)).toBeNull()
})

test('a percentile is one of the values, and so many are not above it', () => {
  const values = fc.array(fc.double({ noNaN: true }), { minLength: 1 })
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 100 }), (all, percent) => {
      const found = percentile(all, percent) ?? NaN
      expect(all).toContain(found)
      expect(all.filter((one) => one <= found).length).toBeGreaterThanOrEqual(
        (all.length * percent) / 100,
      )
    }),
  )
})
