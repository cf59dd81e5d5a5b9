import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Keeping, keepRules, removable } from '../../../src/core/backup/keep.ts'
import { safetyTag } from '../../../src/core/backup/safety.ts'

const hour = 3_600_000
const day = 24 * hour
const now = Date.parse('2026-11-22T12:00:00Z')

interface One {
  readonly id: string
  readonly at: number
  readonly tags: readonly string[]
}

const one = (time: string, tags: readonly string[] = ['web']): One => ({
  id: time,
  at: Date.parse(`${time}Z`),
  tags,
})
const ids = (all: readonly One[]): readonly string[] => all.map(({ id }) => id)
const gone = (all: readonly One[], keeping: Partial<Keeping>, at = now): readonly string[] => {
  const good = keeping.good ?? new Set(ids(all))
  return ids(removable(all, { rules: {}, zone: 'UTC', ...keeping, good }, at))
}

describe('what a rule keeps', () => {
  // A Sunday at noon, the hours before, the days before, a year's end.
  const all = [
    '2025-12-28T10:00',
    '2025-12-29T10:00',
    '2026-01-01T10:00',
    '2026-11-21T23:59',
    '2026-11-22T00:00',
    '2026-11-22T11:15',
    '2026-11-22T11:45',
  ].map((time) => one(time))
  test.each([
    [{ last: 2 }, ['2026-11-22T11:15', '2026-11-22T11:45']],
    [{ hourly: 2 }, ['2026-11-22T00:00', '2026-11-22T11:45']],
    [{ daily: 2 }, ['2026-11-21T23:59', '2026-11-22T11:45']],
    // The year 2026 begins in a week that began on 29 December.
    [{ weekly: 3 }, ['2025-12-28T10:00', '2026-01-01T10:00', '2026-11-22T11:45']],
    [{ monthly: 2 }, ['2026-01-01T10:00', '2026-11-22T11:45']],
    [{ yearly: 2 }, ['2025-12-29T10:00', '2026-11-22T11:45']],
    [{ last: 1, yearly: 9 }, ['2025-12-29T10:00', '2026-11-22T11:45']],
  ])('%o', (rules, kept) => {
    const left = new Set(gone(all, { rules }))
    expect(ids(all).filter((id) => !left.has(id))).toEqual(kept)
  })

  test('is of the days of the zone', () => {
    const two = [one('2026-11-21T20:00'), one('2026-11-22T02:00')]
    expect(gone(two, { rules: { daily: 2 } })).toEqual([])
    expect(gone(two, { rules: { daily: 2 }, zone: 'America/New_York' })).toEqual([
      '2026-11-21T20:00',
    ])
  })

  test('is asked for those of other tags apart; what was saved before a restore goes by its age', () => {
    const [mine, marked] = [one('2026-11-20T10:00'), one('2026-11-01T10:00', ['web', 'mine'])]
    const saved = one('2026-11-21T10:00', ['web', safetyTag])
    expect(gone([mine, marked, saved], { rules: { last: 1 } })).toEqual([])
    expect(gone([mine, marked, saved], { rules: { last: 1 } }, now + 31 * day)).toEqual([saved.id])
  })

  test('does not count what is doubtful as one of the good', () => {
    const good = [one('2026-11-19T03:00'), one('2026-11-20T03:00'), one('2026-11-21T03:00')]
    const doubtful = [one('2026-11-21T09:00'), one('2026-11-22T03:00')]
    const keeping = { rules: { daily: 2 }, good: new Set(ids(good)) }
    expect(gone([...good, ...doubtful], keeping)).toEqual(['2026-11-19T03:00'])
  })
})

const snapshots = fc.uniqueArray(
  fc.record({
    id: fc.uuid(),
    at: fc.integer({ min: 0, max: 400 * 24 }).map((hours) => now - hours * hour),
    tags: fc.constant(['web']),
    isGood: fc.boolean(),
  }),
  { selector: ({ id }) => id, maxLength: 40 },
)
const anyRules = fc
  .record(Object.fromEntries(keepRules.map((rule) => [rule, fc.integer({ min: 1, max: 5 })])), {
    requiredKeys: [],
  })
  .filter((rules) => Object.keys(rules).length > 0)
const goodOf = (all: readonly (One & { readonly isGood: boolean })[]) =>
  all.filter(({ isGood }) => isGood)

describe('whatever there is, and whatever the rules', () => {
  test('a good one stays wherever it would stay without the others', () => {
    fc.assert(
      fc.property(snapshots, anyRules, (all, rules) => {
        const good = goodOf(all)
        const alone = new Set(gone(good, { rules }))
        const among = gone(all, { rules, good: new Set(ids(good)) })
        for (const id of ids(good)) if (!alone.has(id)) expect(among).not.toContain(id)
      }),
    )
  })

  test('nothing goes that the rules keep of all, and no more stays than twice what they say', () => {
    fc.assert(
      fc.property(snapshots, anyRules, (all, rules) => {
        const among = gone(all, { rules, good: new Set(ids(goodOf(all))) })
        expect(gone(all, { rules })).toEqual(expect.arrayContaining([...among]))
        const most = Object.values(rules).reduce((sum: number, count = 0) => sum + count, 0)
        expect(all.length - among.length).toBeLessThanOrEqual(2 * most)
      }),
    )
  })

  test('the newest and the newest good one stay, and what went once leaves nothing more to remove', () => {
    fc.assert(
      fc.property(snapshots, anyRules, (all, rules) => {
        const good = new Set(ids(goodOf(all)))
        const among = new Set(gone(all, { rules, good }))
        const left = all.filter(({ id }) => !among.has(id))
        const newest = (some: readonly One[]) => Math.max(...some.map(({ at }) => at))
        expect(newest(left)).toBe(newest(all))
        expect(newest(goodOf(left))).toBe(newest(goodOf(all)))
        expect(gone(left, { rules, good })).toEqual([])
      }),
    )
  })
})
