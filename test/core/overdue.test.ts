import fc from 'fast-check'
import { expect, test } from 'vitest'
import { overdue, standstill } from '../../src/core/overdue.ts'

const dues = fc.dictionary(fc.string(), fc.integer({ min: 0, max: 1_000 }))

test('names exactly the loops whose time has passed, the latest first', () => {
  fc.assert(
    fc.property(dues, fc.integer({ min: 0, max: 1_000 }), (due, now) => {
      const late = overdue(new Map(Object.entries(due)), now)
      const expected = Object.entries(due).filter(([, at]) => at < now)
      expect(late.map(({ name }) => name).toSorted()).toEqual(
        expected.map(([name]) => name).toSorted(),
      )
      for (const { name, late: by } of late) expect(by).toBe(now - (due[name] ?? NaN))
      expect(late.map(({ late: by }) => by)).toEqual(
        late.map(({ late: by }) => by).toSorted((a, b) => b - a),
      )
    }),
  )
})

test('forgives nothing but the time in which nothing could turn', () => {
  const every = 5_000
  expect(standstill(every, every)).toBe(0)
  expect(standstill(2 * every, every)).toBe(0)
  expect(standstill(2 * every + 1, every)).toBe(every + 1)
  expect(standstill(3_600_000, every)).toBe(3_600_000 - every)
})
