import { expect, test } from 'vitest'
import { ageBy } from '../../../src/core/samples/age.ts'

const hour = 3_600_000
const start = { at: 1e12, ahead: 0 }

test('follows a clock that goes as it should', () => {
  expect(ageBy(start, 1e12 + 10_000, 10_000)).toEqual({ at: 1e12 + 10_000, ahead: 0 })
})

test('follows a clock that goes back', () => {
  expect(ageBy(start, 0, 10_000)).toEqual({ at: 0, ahead: 0 })
})

test('does not follow one that leaps ahead, until it has stayed there for a day', () => {
  let time = start
  for (let hours = 1; hours < 24; hours++) {
    time = ageBy(time, 2e12 + hours * hour, hour)
    expect(time.at).toBe(1e12 + hours * hour)
  }
  expect(ageBy(time, 2e12 + 24 * hour, hour)).toEqual({ at: 2e12 + 24 * hour, ahead: 0 })
})

test('begins to count afresh when the clock is right again', () => {
  const leapt = ageBy(start, 2e12, 20 * hour)
  const right = ageBy(leapt, 1e12 + 21 * hour, hour)
  expect(right.ahead).toBe(0)
  expect(ageBy(right, 2e12, 20 * hour).at).toBe(right.at + 20 * hour)
})
