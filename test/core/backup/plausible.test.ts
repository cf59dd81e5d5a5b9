import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Contents, doubtOf } from '../../../src/core/backup/plausible.ts'

const mb = 1e6
const of = (part: Partial<Contents> = {}): Contents => ({
  bytes: 100 * mb,
  files: 40,
  counts: {},
  ...part,
})
const usual = [of(), of({ bytes: 98 * mb }), of({ bytes: 102 * mb })]

const anyCounts = fc.dictionary(fc.constantFrom('users', 'orders', 'jobs'), fc.nat(1_000))
const anyContents: fc.Arbitrary<Contents> = fc.record({
  bytes: fc.nat(1e9),
  files: fc.nat(1_000),
  counts: anyCounts,
})
const anyBefore = fc.array(anyContents, { minLength: 1, maxLength: 5 })

describe('files', () => {
  it('are believed while they are what they were, and the first time', () => {
    expect(doubtOf(of(), usual, false)).toBeNull()
    expect(doubtOf(of({ bytes: 60 * mb, files: 25 }), usual, false)).toBeNull()
    expect(doubtOf(of({ bytes: 0, files: 0 }), [], false)).toBeNull()
  })

  it('are doubted once half of them is gone', () => {
    expect(doubtOf(of({ bytes: 49 * mb }), usual, false)).toBe(
      'holds 47 MiB, where 95 MiB is usual',
    )
    expect(doubtOf(of({ files: 19 }), usual, false)).toBe('holds 19 files, where 40 are usual')
    expect(doubtOf(of({ bytes: 0 }), usual, false)).toBe('holds nothing, where 95 MiB is usual')
  })

  it('may vary where there is next to nothing of them', () => {
    expect(doubtOf(of({ bytes: 3_000 }), [of({ bytes: 9_000 })], false)).toBeNull()
  })
})

describe('a database', () => {
  const before = [
    of({ counts: { users: 120, queue: 3 } }),
    of({ counts: { users: 110, queue: 0 } }),
  ]

  it('may have an empty table that was empty before', () => {
    expect(doubtOf(of({ counts: { users: 130, queue: 0 } }), before, true)).toBeNull()
    expect(doubtOf(of({ counts: { users: 130 } }), before, true)).toBeNull()
  })

  it('is doubted where a table is empty or gone that always had rows', () => {
    const why = 'is empty or gone: users (120 rows before)'
    expect(doubtOf(of({ counts: { users: 0, queue: 3 } }), before, true)).toBe(why)
    expect(doubtOf(of({ counts: { queue: 3 } }), before, true)).toBe(why)
  })

  it('is doubted where it is empty, even the first time, until that is how it is', () => {
    expect(doubtOf(of(), [], true)).toBe('holds no table')
    expect(doubtOf(of({ counts: { users: 0 } }), [], true)).toBe('holds no row in its only table')
    expect(doubtOf(of({ counts: { users: 0 } }), before, true)).toBe(
      'holds no row in its only table, where there were 123 rows before',
    )
    const empty = of({ counts: { users: 0 } })
    expect(doubtOf(empty, [empty, ...before], true)).toBeNull()
  })

  it('is doubted where more than half of many rows are gone, of one table or of all', () => {
    const many = [
      of({ counts: { orders: 500, users: 90 } }),
      of({ counts: { orders: 520, users: 95 } }),
      of({ counts: { orders: 20, users: 92 } }),
    ]
    const doubt = (counts: Contents['counts']) => doubtOf(of({ counts }), many, true)
    expect(doubt({ orders: 250, users: 50 })).toBeNull()
    expect(doubt({ orders: 249, users: 90 })).toBe('holds 249 rows in orders, where 500 are usual')
    const accepted = of({ counts: { orders: 150, users: 90 } })
    expect(doubtOf(accepted, [accepted, ...many], true)).toBeNull()
    const small = [of({ counts: { a: 90, b: 90 } })]
    expect(doubtOf(of({ counts: { a: 44, b: 46 } }), small, true)).toBeNull()
    expect(doubtOf(of({ counts: { a: 44, b: 44 } }), small, true)).toBe(
      'holds 88 rows, where 180 are usual',
    )
  })

  it('names a few tables of many', () => {
    const counts = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`t${at}`, 1]))
    expect(doubtOf(of({ counts: { other: 1 } }), [of({ counts })], true)).toMatch(/ and 6 more$/)
  })
})

describe('whatever was there before', () => {
  it('the same again is believed', () => {
    fc.assert(
      fc.property(
        anyContents,
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        (one, n, isDatabase) => {
          const before = Array.from({ length: n }, () => one)
          expect(doubtOf(one, before, isDatabase)).toBeNull()
        },
      ),
    )
  })

  it('more of everything is never doubted where less of it is not', () => {
    fc.assert(
      fc.property(anyContents, anyBefore, fc.nat(1e6), fc.boolean(), (one, before, more, is) => {
        if (doubtOf(one, before, is) !== null) return
        const counts = Object.fromEntries(
          Object.entries(one.counts).map(([table, rows]) => [table, rows + more]),
        )
        const larger = { bytes: one.bytes + more, files: one.files + more, counts }
        expect(doubtOf(larger, before, is)).toBeNull()
      }),
    )
  })

  it('nothing in place of something is always doubted', () => {
    fc.assert(
      fc.property(anyContents, fc.boolean(), ({ counts, ...sizes }, isDatabase) => {
        const before = [{ bytes: sizes.bytes + 1, files: sizes.files + 1, counts }]
        expect(doubtOf({ bytes: 0, files: 0, counts }, before, isDatabase)).not.toBeNull()
      }),
    )
  })
})

describe('a database that there was no time to count', () => {
  const before = [of({ counts: { users: 3, logs: 9e9 } })]

  it('has not lost what was left out', () => {
    const now = of({ counts: { users: 3 }, uncounted: ['logs'] })
    expect(doubtOf(now, before, true)).toBeNull()
    expect(doubtOf({ ...now, uncounted: [] }, before, true)).toMatch(/^is empty or gone: logs/)
  })

  it('is not empty because nothing could be counted', () => {
    expect(doubtOf(of({ uncounted: ['users', 'logs'] }), before, true)).toBeNull()
    expect(doubtOf(of({ counts: { users: 0 }, uncounted: ['logs'] }), [], true)).toBeNull()
  })
})
