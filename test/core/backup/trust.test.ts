import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allowedBetween, isDue, type Record, trustOf } from '../../../src/core/backup/trust.ts'

const day = 86_400_000
const hour = 3_600_000
const now = 1_800_000_000_000

const record = (fields: Partial<Record> = {}): Record => ({
  exists: true,
  due: true,
  known: now - 30 * day,
  allowed: 10 * day,
  ...fields,
})

describe('how old a proof may be', () => {
  test.each([
    ['nobody schedules a drill', [], 100 * day],
    ['one run is to come', [now], 100 * day],
    ['every hour', [now, now + hour, now + 2 * hour], hour + day],
    ['every day', [now, now + day, now + 2 * day], 2 * day],
    ['every week', [now, now + 7 * day], 10.5 * day],
    ['on two days of a week', [now, now + 2 * day, now + 7 * day], 7.5 * day],
    ['every quarter', [now, now + 92 * day], 138 * day],
  ])('%s', (_, runs, allowed) => expect(allowedBetween(runs)).toBe(allowed))

  test('is always more than the longest wait, by a day at least', () => {
    const gaps = fc.array(fc.integer({ min: 60_000, max: 400 * day }), { minLength: 1 })
    fc.assert(
      fc.property(gaps, (waits) => {
        const runs = waits.reduce<number[]>(
          (all, wait) => [...all, (all.at(-1) ?? 0) + wait],
          [now],
        )
        expect(allowedBetween(runs)).toBeGreaterThanOrEqual(Math.max(...waits) + day)
      }),
    )
  })
})

describe('what has never run is due', () => {
  const daily = { runs: [now + hour, now + hour + day, now + hour + 2 * day] }
  test.each<[string, number, Parameters<typeof isDue>[1], boolean]>([
    ['not at once', 60_000, daily, false],
    ['once its schedule has come', day + 1, daily, true],
    ['once it is older than it may be', 7 * hour, { ...daily, maxAge: 6 * hour }, true],
    ['never, where nobody schedules it', 99 * day, { runs: [] }, false],
    ['by its age alone, where nobody schedules it', 2 * day, { runs: [], maxAge: day }, true],
  ])('%s', (_, age, when, due) => expect(isDue(now - age, when, now)).toBe(due))
})

describe('trust', () => {
  test.each<[string, Partial<Record>, string]>([
    ['nothing was taken, and nothing was due', { exists: false, due: false }, 'new'],
    ['nothing was ever taken', { exists: false, proven: now }, 'none'],
    ['just configured', { known: now - day }, 'unproven'],
    ['never proven within the time for it', { known: now - 11 * day }, 'overdue'],
    ['proven lately', { proven: now - 9 * day, drill: { ok: true } }, 'proven'],
    ['proven long ago', { proven: now - 11 * day, drill: { ok: true } }, 'overdue'],
    ['the last drill failed', { proven: now - day, drill: { ok: false } }, 'failed'],
    ['what was read is damaged', { proven: now - day, verify: { ok: false } }, 'failed'],
    ['read, but never restored', { known: now - day, verify: { ok: true } }, 'unproven'],
    ['failed without ever having been proven', { drill: { ok: false } }, 'failed'],
    ['proven in the future, by a clock that was set back', { proven: now + day }, 'proven'],
  ])('%s', (_, fields, trust) => expect(trustOf(record(fields), now)).toBe(trust))

  test('without any trial going well nothing is ever proven', () => {
    const trial = fc.option(fc.record({ ok: fc.boolean() }), { nil: undefined })
    fc.assert(
      fc.property(trial, trial, fc.integer({ min: 0, max: 200 * day }), (drill, verify, age) => {
        const trust = trustOf(record({ drill, verify, known: now - age }), now)
        expect(trust).not.toBe('proven')
      }),
    )
  })

  test('time alone never makes it better', () => {
    const order = ['proven', 'unproven', 'overdue', 'failed', 'none']
    const proven = fc.option(fc.integer({ min: 0, max: 50 * day }), { nil: undefined })
    fc.assert(
      fc.property(proven, fc.nat(100 * day), (ago, later) => {
        const of = record({ proven: ago === undefined ? undefined : now - ago })
        const then = order.indexOf(trustOf(of, now))
        expect(order.indexOf(trustOf(of, now + later))).toBeGreaterThanOrEqual(then)
      }),
    )
  })
})
