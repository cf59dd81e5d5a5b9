import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  formatDuration,
  formatPercent,
  formatSize,
  parseDuration,
  parsePercent,
  parseSize,
} from '../../src/config/units.ts'

describe('durations', () => {
  test.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['1.5h', 5_400_000],
    ['0.3s', 300],
    [' 5 m ', 300_000],
    ['0s', 0],
  ])('%s is %i ms', (text, ms) => expect(parseDuration(text)).toBe(ms))

  test.each([
    '',
    '5',
    '5x',
    '5 minutes',
    '-5m',
    '5M',
    'm',
    '1e3s',
    '5m5',
    '99999999999999d',
    '1.2.3s',
  ])('%j is none', (text) => expect(parseDuration(text)).toBeUndefined())

  test('text and back loses nothing', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e12 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms)
      }),
    )
  })

  test.each([
    [0, '0s'],
    [90_000, '90s'],
    [5_400_000, '90m'],
    [172_800_000, '2d'],
    [1_001, '1001ms'],
  ])('%i ms is written %s', (ms, text) => expect(formatDuration(ms)).toBe(text))
})

describe('sizes', () => {
  test.each([
    ['500MB', 500e6],
    ['5GiB', 5 * 2 ** 30],
    ['1.5KiB', 1536],
    ['12B', 12],
    ['2TB', 2e12],
  ])('%s is %i bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes))

  test.each(['', '5', '5G', '5gib', '-5GiB', '5%', 'GiB', '5toString'])('%j is none', (text) =>
    expect(parseSize(text)).toBeUndefined(),
  )

  test('text and back loses nothing', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 50 }), (bytes) => {
        expect(parseSize(formatSize(bytes))).toBe(bytes)
      }),
    )
    expect(formatSize(5 * 2 ** 30)).toBe('5GiB')
    expect(formatSize(500e6)).toBe('500MB')
  })
})

test('percentages', () => {
  expect(parsePercent('85%')).toBe(85)
  expect(parsePercent('0.5 %')).toBe(0.5)
  expect(parsePercent('85')).toBeUndefined()
  expect(parsePercent(formatPercent(12.5))).toBe(12.5)
})
