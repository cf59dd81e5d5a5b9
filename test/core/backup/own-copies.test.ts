import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  copiesIn,
  copyName,
  isWorthTelling,
  planCopies,
} from '../../../src/core/backup/own-copies.ts'

const day = 86_400_000
const at = Date.UTC(2026, 10, 22, 12)
const dayAt = (time: number): string => new Date(time).toISOString().slice(0, 10)
const copyAt = (time: number): string => copyName(dayAt(time))

test('a day without a copy makes one, and the eighth goes', () => {
  const week = [1, 2, 3, 4, 5, 6, 7].map((days) => copyAt(at - days * day))
  expect(planCopies([...week, 'notes.txt'], dayAt(at))).toEqual({
    make: 'mechanic-2026-11-22.db',
    remove: ['mechanic-2026-11-15.db'],
  })
  expect(planCopies([copyAt(at), ...week.slice(0, 6)], dayAt(at))).toEqual({
    make: null,
    remove: [],
  })
})

test('copies of a bot that was off for long stay, and a clock gone wrong costs none', () => {
  const old = [200, 201, 202].map((days) => copyAt(at - days * day))
  expect(planCopies(old, dayAt(at)).remove).toEqual([])
  expect(planCopies([...old, copyAt(at + 900 * day)], dayAt(at))).toEqual({
    make: copyAt(at),
    remove: [],
  })
})

test('day after day there are the last seven', () => {
  const moves = fc.array(fc.integer({ min: 0, max: 3 * day }), { maxLength: 40 })
  fc.assert(
    fc.property(moves, (steps) => {
      let now = at
      let names: readonly string[] = ['other.db']
      const made: string[] = []
      for (const step of steps) {
        now += step
        const { make, remove } = planCopies(names, dayAt(now))
        if (make !== null) made.push(make)
        names = [...names, ...(make === null ? [] : [make])].filter((one) => !remove.includes(one))
        expect(copiesIn(names)).toEqual(made.slice(-7).toReversed())
        expect(names).toContain('other.db')
      }
    }),
  )
})

test('it is told after a day and a half', () => {
  expect(isWorthTelling(at, at + 36 * 3_600_000 - 1)).toBe(false)
  expect(isWorthTelling(at, at + 36 * 3_600_000)).toBe(true)
})
