import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addedLines,
  type Baseline,
  judgeWatch,
  type Watched,
} from '../../../src/core/deploy/watch.ts'

const baseline: Baseline = {
  latencies: [18, 20, 22, 19, 21, 20, 18, 24, 20, 19, 21, 20],
  errorsPerMinute: 0.5,
  patterns: ['connect ECONNREFUSED <ip>'],
}

const watched = (part: Partial<Watched> = {}): Watched => ({
  minutes: 10,
  looks: 120,
  bad: 0,
  badInARow: 0,
  saw: '',
  latencies: Array.from({ length: 60 }, () => 21),
  errors: [],
  ...part,
})

const errors = (pattern: string, count: number) => [{ pattern, count, example: `${pattern}!` }]

describe('a watch', () => {
  test.each<[string, Partial<Watched>, string]>([
    ['down', { bad: 3, badInARow: 3, saw: 'HTTP 500' }, '3 looks in a row were bad: HTTP 500'],
    ['shaky', { bad: 20, saw: 'HTTP 502' }, '20 of 120 looks were bad: HTTP 502'],
    [
      'slow',
      { latencies: Array.from({ length: 20 }, () => 300) },
      'it answers in 300 ms, before in 20 ms',
    ],
    [
      'new errors',
      { errors: errors('cannot read x of undefined', 7) },
      'a new error, 7 times: cannot read x of undefined!',
    ],
    [
      'more errors',
      { errors: errors('connect ECONNREFUSED <ip>', 40) },
      '40 errors in its log, before 5 in the same time',
    ],
  ])('sees that it is %s', (_, part, why) => {
    expect(judgeWatch(baseline, watched(part))).toEqual({ is: 'worse', why })
  })

  test.each<[string, Partial<Watched>]>([
    ['as before', {}],
    ['a hiccup', { bad: 2, badInARow: 2, saw: 'HTTP 500' }],
    ['a little slower', { latencies: Array.from({ length: 60 }, () => 60) }],
    ['a few new errors', { errors: errors('cannot read x of undefined', 4) }],
    ['errors as usual', { errors: errors('connect ECONNREFUSED <ip>', 15) }],
    ['two slow answers', { latencies: [900, 900] }],
  ])('lets pass what is %s', (_, part) => {
    expect(judgeWatch(baseline, watched(part))).toEqual({ is: 'ok' })
  })

  const latency = fc.double({ min: 0, max: 100_000, noNaN: true })

  test('finds nothing worse in a service that is as it was', () => {
    fc.assert(
      fc.property(fc.array(latency), fc.nat(1_000), (latencies, rate) => {
        const before = { latencies, errorsPerMinute: rate, patterns: ['a'] }
        const so = watched({ latencies, errors: errors('a', rate * 10) })
        expect(judgeWatch(before, so).is).toBe('ok')
      }),
    )
  })

  test('never judges speed by few answers, nor what got faster', () => {
    fc.assert(
      fc.property(fc.array(latency), fc.array(latency, { maxLength: 9 }), (many, few) => {
        const of = (before: readonly number[], latencies: readonly number[]) =>
          judgeWatch({ ...baseline, latencies: before }, watched({ latencies })).is
        expect(of(many, few)).toBe('ok')
        expect(of(few, many)).toBe('ok')
        expect(
          of(
            many,
            many.map((one) => one / 2),
          ),
        ).toBe('ok')
      }),
    )
  })

  test('stays bad when more is bad', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), fc.nat(50), (bad, more, badInARow) => {
        const at = (count: number) =>
          judgeWatch(baseline, watched({ looks: 400, bad: count, badInARow })).is
        if (at(bad) === 'worse') expect(at(bad + more)).toBe('worse')
      }),
    )
  })
})

describe('lines added to a log', () => {
  test('are those after the last that was seen', () => {
    expect(addedLines(['a', 'b'], ['a', 'b', 'c'])).toEqual(['c'])
    expect(addedLines(['a', 'b', 'c'], ['b', 'c', 'b', 'd'])).toEqual(['b', 'd'])
    expect(addedLines(['a'], ['x', 'y'])).toEqual(['x', 'y'])
    expect(addedLines([], ['x'])).toEqual(['x'])
    expect(addedLines(['a', 'b'], ['a', 'b'])).toEqual([])
  })

  test('are not all of them where two files have changed places', () => {
    const out = ['GET /', 'GET /a', 'GET /b']
    const before = [...out, 'Error: old', 'Error: older']
    const now = ['Error: older', 'Error: new', 'Error: new', ...out, 'GET /c', 'GET /a']
    expect(addedLines(before, now)).toEqual(['Error: new', 'Error: new', 'GET /c', 'GET /a'])
  })

  test('are never more than there are of each, whatever becomes of their order', () => {
    const log = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 })
    fc.assert(
      fc.property(log, log, (before, now) => {
        const added = addedLines(before, now)
        const times = (lines: readonly string[], wanted: string): number =>
          lines.filter((line) => line === wanted).length
        for (const line of new Set(added))
          expect(times(added, line)).toBeLessThanOrEqual(times(now, line))
        if (before.toSorted().join() === now.toSorted().join() && before.join() !== now.join())
          expect(added.length).toBeLessThan(Math.max(1, now.length))
      }),
    )
  })

  test('are found whatever the window, while each line is told from the others', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 60 }),
        fc.nat(60),
        fc.integer({ min: 1, max: 60 }),
        (log, seen, page) => {
          const before = log.slice(0, seen).slice(-page)
          const now = log.slice(-page)
          const added = log.slice(Math.min(seen, log.length)).slice(-page)
          if (before.length > 0) expect(addedLines(before, now)).toEqual(added)
        },
      ),
    )
  })
})
