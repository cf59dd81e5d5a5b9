import { describe, expect, test } from 'vitest'
import { type AlarmFacts, decideAlarm } from '../../src/core/alarm.ts'

const facts = (draft: Partial<AlarmFacts>): AlarmFacts => ({
  now: 0,
  since: 0,
  soundAt: null,
  told: false,
  changed: false,
  wrong: [],
  first: new Map(),
  heard: new Set(),
  ...draft,
})

const site = { key: 'site', critical: true }

describe('an alarm', () => {
  test('waits a quarter of a minute: what passes by itself is no alarm', () => {
    expect(decideAlarm(facts({ now: 14_999 }))).toBe('nothing')
    expect(decideAlarm(facts({ now: 15_000 }))).toBe('send')
    expect(decideAlarm(facts({ now: 299_999, soundAt: 0 }))).toBe('nothing')
    expect(decideAlarm(facts({ now: 300_000, soundAt: 0 }))).toBe('send')
  })

  test('is edited when it says something else, and left alone when it does not', () => {
    expect(decideAlarm(facts({ told: true, soundAt: 0, changed: true }))).toBe('edit')
    expect(decideAlarm(facts({ told: true, soundAt: 0 }))).toBe('nothing')
  })

  test('sounds again for what is critical and was seen twice, five minutes apart at least', () => {
    const seen = {
      told: true,
      soundAt: 0,
      changed: true,
      wrong: [site],
      first: new Map([['site', 0]]),
    }
    expect(decideAlarm(facts({ ...seen, now: 300_000 }))).toBe('send')
    expect(decideAlarm(facts({ ...seen, now: 299_999 }))).toBe('edit')
    expect(decideAlarm(facts({ ...seen, now: 300_000, first: new Map([['site', 300_000]]) }))).toBe(
      'edit',
    )
    expect(decideAlarm(facts({ ...seen, now: 300_000, heard: new Set(['site']) }))).toBe('edit')
    const mild = [{ ...site, critical: false }]
    expect(decideAlarm(facts({ ...seen, now: 300_000, wrong: mild }))).toBe('edit')
  })
})
