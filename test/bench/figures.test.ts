import { describe, expect, test } from 'vitest'
import { isMet, limitOf, type Line, median, quantile, type Target } from './figures.ts'

const line = (ours: readonly number[], target: Target): Line => ({
  what: 'memory',
  unit: 'MiB',
  ours,
  floors: [{ name: 'floor', values: [10, 30, 20] }],
  target,
})

test('a quantile is one of the values, by the nearest rank', () => {
  const values = [5, 1, 4, 2, 3]
  expect([0, 0.2, 0.5, 0.99, 1].map((part) => quantile(values, part))).toEqual([1, 1, 3, 5, 5])
  expect(median([])).toBeNaN()
})

describe('a target', () => {
  test('is met by the median, not by the best run', () => {
    expect(isMet(line([1, 9, 9], { atMost: 5 }))).toBe(false)
    expect(isMet(line([1, 2, 9], { atMost: 5 }))).toBe(true)
    expect(isMet(line([1, 2, 9], { atLeast: 5 }))).toBe(false)
  })

  test('may be so many times the median of its floor', () => {
    expect(limitOf(line([], { atMost: 1.5, timesFloor: true }))).toBe(30)
    expect(isMet(line([31], { atMost: 1.5, timesFloor: true }))).toBe(false)
  })

  test('is not met by what could not be measured', () => {
    expect(isMet(line([], { atMost: 5 }))).toBe(false)
    expect(isMet(line([], { atLeast: 5 }))).toBe(false)
  })
})
