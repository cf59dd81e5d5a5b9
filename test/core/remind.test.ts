import { describe, expect, test } from 'vitest'
import { dueSecrets, endingSilences } from '../../src/core/remind.ts'
import { at, incident } from './support.ts'

const minute = 60_000
const day = 86_400_000

describe('a secret', () => {
  const age = { name: 'BOT_TOKEN', rotated: '2026-01-01', every: 90 * day }
  const changed = Date.UTC(2026, 0, 1)

  test('is due once it is as old as it may get', () => {
    expect(dueSecrets([age], changed + 90 * day - 1, 'UTC')).toEqual([])
    expect(dueSecrets([age], changed + 90 * day, 'UTC')).toEqual([
      { name: 'BOT_TOKEN', rotated: '2026-01-01', days: 90 },
    ])
  })

  test('is counted from midnight where the bot lives', () => {
    const due = (now: number) => dueSecrets([age], now, 'Asia/Kolkata').length === 1
    const midnight = changed - 5.5 * 3_600_000 + 90 * day
    expect([midnight - 1, midnight].map(due)).toEqual([false, true])
  })

  test('stands in order of its age', () => {
    const older = { ...age, name: 'DB', rotated: '2025-01-01' }
    const names = dueSecrets([age, older], changed + 100 * day, 'UTC').map(({ name }) => name)
    expect(names).toEqual(['DB', 'BOT_TOKEN'])
  })
})

describe('a silence', () => {
  const site = incident({ check: 'site', severity: 'critical' })
  const silence = (check: string, minutes: number, lasts = 60) => {
    const until = at + minutes * minute
    return { check, by: 'Ben', at: until - lasts * minute, until }
  }

  test('is about to end within a quarter of an hour, not before and not after', () => {
    const ends = (minutes: number) =>
      endingSilences([silence('site', minutes)], [site], at).length === 1
    expect([16, 15, 1, 0, -1].map(ends)).toEqual([false, true, true, false, false])
  })

  test('matters for what is critical and nobody has taken', () => {
    const named = (check: string, ...open: (typeof site)[]) =>
      endingSilences([silence(check, 10)], open, at).flatMap(({ incidents }) => incidents)
    expect(named('site', site)).toEqual([site])
    expect(named('all', site)).toEqual([site])
    expect(named('disk', site)).toEqual([])
    expect(named('site', { ...site, severity: 'warning' })).toEqual([])
    expect(named('site', { ...site, cause: 'unknown' })).toEqual([])
    expect(named('site', { ...site, acknowledged: { by: 'Ben', at } })).toEqual([])
  })

  test('of less than an hour is remembered by whoever asked for it', () => {
    expect(endingSilences([silence('site', 10, 59)], [site], at)).toEqual([])
  })
})
