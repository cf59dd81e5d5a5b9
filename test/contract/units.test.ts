import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  durationParam,
  formatDuration,
  formatSize,
  parseDuration,
  parseSize,
  sizeParam,
} from '../../src/contract/units.ts'

describe('parseDuration', () => {
  it.each([
    ['30s', 30_000],
    ['50ms', 50],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
    ['1.5h', 5_400_000],
    ['1h30m', 5_400_000],
    ['1h 30m', 5_400_000],
    ['0s', 0],
    ['5 s', 5_000],
  ])('reads %s', (text, ms) => expect(parseDuration(text)).toBe(ms))

  it.each(['', '5', 's', '-5s', '5S', '5min', '1m1h', '1m1m', '5s x', '1e3s', '9e99d', '.5s'])(
    'refuses %j',
    (text) => expect(parseDuration(text)).toBeNull(),
  )

  it('refuses what no clock can count', () =>
    expect(parseDuration(`${'9'.repeat(40)}d`)).toBeNull())
})

describe('parseSize', () => {
  it.each([
    ['500MB', 500_000_000],
    ['5GiB', 5_368_709_120],
    ['5 GiB', 5_368_709_120],
    ['1.5KiB', 1536],
    ['12B', 12],
    ['3kB', 3000],
  ])('reads %s', (text, bytes) => expect(parseSize(text)).toBe(bytes))

  it.each(['', '5', '5G', '5gib', '-1B', 'GiB', '1 constructor', '99999999PiB'])(
    'refuses %j',
    (text) => expect(parseSize(text)).toBeNull(),
  )
})

describe('format', () => {
  it.each([
    [0, '0s'],
    [450, '450ms'],
    [1500, '1s'],
    [90_000, '1m 30s'],
    [3_600_000, '1h'],
    [3_601_000, '1h'],
    [90_061_000, '1d 1h'],
    [-90_000, '-1m 30s'],
  ])('shows %d ms as %s', (ms, text) => expect(formatDuration(ms)).toBe(text))

  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1_288_490_189, '1.2 GiB'],
    [10 * 1024, '10 KiB'],
    [1024 * 1024 - 1, '1 MiB'],
    [-2048, '-2 KiB'],
  ])('shows %d bytes as %s', (bytes, text) => expect(formatSize(bytes)).toBe(text))

  it('can be read back within what it dropped', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), (ms) => {
        const back = parseDuration(formatDuration(ms)) ?? NaN
        expect(back).toBeLessThanOrEqual(ms)
        expect(ms - back).toBeLessThanOrEqual(Math.max(999, ms * 0.05))
      }),
    )
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e15 }), (bytes) => {
        const back = parseSize(formatSize(bytes)) ?? NaN
        expect(Math.abs(back - bytes)).toBeLessThanOrEqual(bytes * 0.051)
      }),
    )
  })
})

describe('params', () => {
  it('turn text into numbers', () => {
    expect(durationParam.parse('7d')).toBe(604_800_000)
    expect(sizeParam.parse('5GiB')).toBe(5_368_709_120)
  })

  it('say what they expect, whatever is wrong', () => {
    for (const wrong of ['seven', 7, null])
      expect(durationParam.safeParse(wrong).error?.issues[0]?.message).toBe(
        'expected a duration such as 30s, 5m, 2h or 7d',
      )
    expect(sizeParam.safeParse('5G').error?.issues[0]?.message).toMatch('5GiB')
  })
})
