import { describe, expect, test } from 'vitest'
import { configOf, issuesOf } from './load.ts'

const day = 86_400_000

describe('secrets', () => {
  test('are ages by name, 90 days by default', () => {
    const { secretAges } = configOf(
      'secrets:\n  BOT_TOKEN: { rotated: 2026-01-31 }\n  DB: { rotated: 2025-12-01, every: 180d }\n',
    )
    expect(secretAges).toEqual([
      { name: 'BOT_TOKEN', rotated: '2026-01-31', every: 90 * day },
      { name: 'DB', rotated: '2025-12-01', every: 180 * day },
    ])
  })

  test('are none without the section', () => expect(configOf('').secretAges).toEqual([]))

  test('hide no dates: an age is no secret', () => {
    const { secrets } = configOf('secrets: { BOT_TOKEN: { rotated: 2026-01-31, every: 100d } }')
    expect(secrets).toEqual([])
  })

  test.each([
    ['2026-02-30', '1:34: secrets.BOT_TOKEN.rotated: found this value, expected the date it was'],
    ['"31.1.2026"', 'expected the date it was last changed, such as 2026-01-31'],
    ['20260131', 'expected the date it was last changed, such as 2026-01-31'],
    ['2026-03-12', 'this day has not come yet, expected a past one'],
  ])('of %s are refused', (date, problem) => {
    const found = issuesOf(`secrets: { BOT_TOKEN: { rotated: ${date} } }`)
    expect(found).toEqual([expect.stringContaining(problem)])
  })

  test('of today are fine where the day is ahead of UTC', () => {
    const now = Date.parse('2026-03-10T12:00:00Z')
    const today = 'secrets: { BOT_TOKEN: { rotated: 2026-03-11 } }'
    expect(issuesOf(today, { now })).toEqual([])
    expect(issuesOf(today, { now: now - day / 2 })).toHaveLength(1)
  })

  test('that stand there themselves are hidden', () => {
    const found = issuesOf('secrets: { BOT_TOKEN: "7000001:hunter2" }')
    expect(found).toHaveLength(1)
    expect(found.join()).not.toContain('hunter2')
  })

  test('need a name, a date and no other key', () => {
    expect(issuesOf('secrets: { BOT_TOKEN: { every: 1d } }')).toHaveLength(1)
    expect(issuesOf('secrets: { a b: { rotated: 2026-01-31 } }')).toHaveLength(1)
    expect(issuesOf('secrets: { A: { rotated: 2026-01-31, value: x } }')).toHaveLength(1)
    expect(issuesOf('secrets: { A: { rotated: 2026-01-31, every: 1h } }')).toEqual([
      expect.stringContaining('expected at least 1d'),
    ])
  })
})
