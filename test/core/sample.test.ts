import fc from 'fast-check'
import { expect, test } from 'vitest'
import { meets } from '../../src/core/evaluate.ts'
import { sampleOf } from '../../src/core/sample.ts'

const op = fc.constantFrom('>', '>=', '<', '<=', '==', '!=')
const unit = fc.constantFrom('percent', 'bytes', 'duration', 'count', 'number')

test('a sample meets its threshold', () => {
  fc.assert(
    fc.property(op, unit, fc.double({ min: 0, max: 1e12, noNaN: true }), (op, unit, number) => {
      const value = unit === 'percent' ? number % 100 : number
      // Half of the smallest number there is would be nothing.
      fc.pre(value === 0 || value > 1e-300)
      // Below nothing there is only what can be negative.
      fc.pre(op !== '<' || value > 0 || unit === 'number')
      const sample = sampleOf({ metric: 'm', op, value, for: 0 }, unit)
      expect(meets({ metric: 'm', op, value, for: 0 }, sample)).toBe(true)
      if (unit === 'percent') expect(sample).toBeLessThanOrEqual(100)
      if (unit !== 'number') expect(sample).toBeGreaterThanOrEqual(0)
    }),
  )
})

test.each([true, false])('a flag that is wrong when %s', (value) => {
  expect(sampleOf({ metric: 'm', op: '==', value, for: 0 }, 'flag')).toBe(value)
})
