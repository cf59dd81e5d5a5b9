import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createKnown } from '../../../src/core/log/known.ts'
import { createTally, mergeTallies } from '../../../src/core/log/tally.ts'
import { createWindow } from '../../../src/core/log/window.ts'

const minute = 60_000
const window = () => createWindow(5 * minute, 60 * minute)

describe('a window', () => {
  test('counts lines until they have left it', () => {
    const log = window()
    log.watchedFrom(0)
    log.count('a', 'a 1', 1, 0)
    log.count('a', 'a 2', 2, minute)
    log.count('b', 'b 1', 3, 2 * minute)
    const sum = log.sum(2 * minute)
    expect(sum).toMatchObject({ matches: 3, rate: 1.5, news: 2, skipped: 0 })
    expect(sum.patterns).toEqual([
      { pattern: 'a', count: 2, example: 'a 2', first: 1, last: 2 },
      { pattern: 'b', count: 1, example: 'b 1', first: 3, last: 3 },
    ])
    expect(log.sum(5 * minute)).toMatchObject({ matches: 2, news: 1 })
    expect(log.sum(7 * minute)).toMatchObject({ matches: 0, rate: 0, news: 0, patterns: [] })
  })

  test('has a rate over what was watched, and over a minute at least', () => {
    const log = window()
    log.watchedFrom(0)
    for (let n = 0; n < 20; n += 1) log.count('a', 'a', null, 1000)
    expect(log.sum(10_000).rate).toBe(20)
    expect(log.sum(2 * minute).rate).toBe(10)
    expect(log.sum(5 * minute).rate).toBe(4)
  })

  test('what was learnt is not new, unless it was long ago', () => {
    const log = window()
    log.learn('a', 0)
    log.count('a', 'a', null, minute)
    expect(log.sum(minute)).toMatchObject({ matches: 1, news: 0, newPatterns: [] })
    log.count('a', 'a', null, 62 * minute)
    expect(log.sum(62 * minute)).toMatchObject({ matches: 1, news: 1 })
    expect(log.sum(62 * minute).newPatterns).toMatchObject([{ pattern: 'a', count: 1 }])
  })

  test('adds up what was skipped, as far as it is known', () => {
    const log = window()
    log.skip(100, 0)
    log.skip(11, minute)
    expect(log.sum(minute).skipped).toBe(111)
    log.skip(null, minute)
    expect(log.sum(minute).skipped).toBeNull()
    expect(log.sum(20 * minute).skipped).toBe(0)
  })

  test('outlives a clock that is set back or far ahead', () => {
    const log = window()
    log.count('a', 'a', null, 1e9)
    expect(log.sum(1000).matches).toBe(0)
    log.count('a', 'a', null, 1000)
    expect(log.sum(1000).matches).toBe(1)
    expect(log.sum(1e15).matches).toBe(0)
  })

  test('of any lines at any times has as many as are recent', () => {
    const gaps = fc.array(fc.nat(2 * minute), { maxLength: 60 })
    fc.assert(
      fc.property(gaps, (all) => {
        const log = window()
        const times: number[] = []
        for (const gap of all) times.push((times.at(-1) ?? 0) + gap)
        for (const time of times) log.count('a', 'a', time, time)
        const now = times.at(-1) ?? 0
        const { matches } = log.sum(now)
        const within = (span: number) => times.filter((time) => time > now - span).length
        // A slice leaves as a whole: a twelfth of the window.
        expect(matches).toBeLessThanOrEqual(within(5 * minute))
        expect(matches).toBeGreaterThanOrEqual(within((5 * minute * 11) / 12))
      }),
    )
  })
})

describe('what is known', () => {
  test('is never called new because there was no room', () => {
    const known = createKnown(1000, 10)
    for (let n = 0; n < 10; n += 1) expect(known.see(`p${n}`, n)).toBe('new')
    expect(known.see('one more', 10)).toBe('full')
    expect(known.see('one more', 11)).toBe('full')
    for (let n = 0; n < 10; n += 1) expect(known.see(`p${n}`, 12)).toBe('known')
    // Those that nobody has seen for long make room.
    expect(known.see('one more', 2000)).toBe('new')
    expect(known.see('one more', 2001)).toBe('known')
  })

  test('in a window makes the number of new ones unknown', () => {
    const log = createWindow(5 * minute, 60 * minute)
    for (let n = 0; n < 20_001; n += 1) log.count(`p${n}`, 'x', null, 0)
    expect(log.sum(0)).toMatchObject({ matches: 20_001, news: null })
    expect(log.sum(6 * minute)).toMatchObject({ matches: 0, news: 0 })
  })
})

describe('a tally', () => {
  test('keeps what is frequent among any number of others', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(9), (others, where) => {
        const tally = createTally(10)
        for (let n = 0; n < others; n += 1) {
          if (n % 10 === where) for (let times = 0; times < 5; times += 1) tally.add('hot', 'x', n)
          tally.add(`p${n}`, 'y', n)
        }
        tally.add('hot', 'x', null)
        expect(tally.patterns().length).toBeLessThan(20)
        const [first] = tally.patterns()
        if (others > where) expect(first?.pattern).toBe('hot')
      }),
    )
  })

  test('merges: counts add up, times span, the newest line stays', () => {
    const [one, two] = [createTally(5), createTally(5)]
    one.add('a', 'old', 1)
    one.add('b', 'b', null)
    two.add('a', 'new', 9)
    expect(mergeTallies([one, two], 5)).toEqual([
      { pattern: 'a', count: 2, example: 'new', first: 1, last: 9 },
      { pattern: 'b', count: 1, example: 'b' },
    ])
    expect(mergeTallies([one, two], 1)).toHaveLength(1)
  })
})
