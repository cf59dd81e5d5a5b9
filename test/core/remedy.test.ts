import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decideFix,
  type FixLimits,
  type FixRecord,
  type FixSituation,
  needsApproval,
} from '../../src/core/remedy.ts'
import { at } from './support.ts'

const hour = 3_600_000

const limits: FixLimits = { attempts: 3, backoff: 10_000, cooldown: 600_000, maxPerHour: 20 }
const record: FixRecord = { tries: 0, lastEnd: null, exhaustedAt: null, starts: [] }
const situation: FixSituation = {
  now: at,
  cause: 'threshold',
  risk: 'safe',
  heldBack: false,
  busy: false,
}

describe('approval', () => {
  test.each([
    ['safe', undefined, false],
    ['disruptive', undefined, false],
    ['destructive', undefined, true],
    ['destructive', false, false],
    ['safe', true, true],
  ] as const)('%s, approve: %s', (risk, approve, needed) => {
    expect(needsApproval(risk, approve)).toBe(needed)
  })
})

describe('a fix', () => {
  test.each([
    ['runs at once', {}, {}, {}, { do: 'run', attempt: 1, reason: 'due' }],
    ['unknown: nothing', {}, {}, { cause: 'unknown' }, { do: 'none', reason: 'not-fixable' }],
    ['stopped: nothing', {}, {}, { cause: 'stopped' }, { do: 'none', reason: 'not-fixable' }],
    ['held back: nothing', {}, {}, { heldBack: true }, { do: 'none', reason: 'held-back' }],
    ['destructive asks', {}, {}, { risk: 'destructive' }, { do: 'ask', reason: 'approval' }],
    ['approve asks', { approve: true }, {}, {}, { do: 'ask', reason: 'approval' }],
    [
      'used up: waits for its cool-down',
      {},
      { tries: 3, exhaustedAt: at - 1 },
      {},
      { do: 'wait', until: at - 1 + 600_000, reason: 'cooling' },
    ],
    [
      'cooled down: again',
      {},
      { tries: 0, exhaustedAt: at - 600_000 },
      {},
      { do: 'run', attempt: 1, reason: 'due' },
    ],
    ['used up', {}, { tries: 3 }, {}, { do: 'wait', until: null, reason: 'exhausted' }],
    [
      'limited by the hour',
      { maxPerHour: 2 },
      { starts: [at - 50, at - 40, at - 30] },
      {},
      { do: 'wait', until: at - 40 + hour, reason: 'limited' },
    ],
    [
      'an hour ago does not count',
      { maxPerHour: 1 },
      { starts: [at - hour] },
      {},
      { do: 'run', attempt: 1, reason: 'due' },
    ],
    ['busy', {}, {}, { busy: true }, { do: 'wait', until: null, reason: 'busy' }],
    [
      'first pause',
      {},
      { tries: 1, lastEnd: at },
      {},
      { do: 'wait', until: at + 10_000, reason: 'backing-off' },
    ],
    [
      'second pause',
      {},
      { tries: 2, lastEnd: at },
      {},
      { do: 'wait', until: at + 20_000, reason: 'backing-off' },
    ],
    [
      'pause over',
      {},
      { tries: 2, lastEnd: at - 20_000 },
      {},
      { do: 'run', attempt: 3, reason: 'due' },
    ],
  ] as const)('%s', (_, ofLimits, ofRecord, ofSituation, expected) => {
    expect(
      decideFix(
        { ...limits, ...ofLimits },
        { ...record, ...ofRecord },
        { ...situation, ...ofSituation },
      ),
    ).toEqual(expected)
  })

  /** Lets a fix that never helps run for a day, asked every few seconds. */
  const day = (of: FixLimits, steps: readonly number[]): readonly number[] => {
    let now = at
    let known: FixRecord = record
    const starts: number[] = []
    for (const step of steps) {
      now += step
      const decision = decideFix(of, known, { ...situation, now })
      if (decision.do !== 'run') continue
      starts.push(now)
      const over = decision.attempt >= of.attempts
      known = {
        tries: over ? 0 : decision.attempt,
        lastEnd: now,
        exhaustedAt: over ? now : known.exhaustedAt,
        starts,
      }
    }
    return starts
  }

  const anyLimits: fc.Arbitrary<FixLimits> = fc.record({
    attempts: fc.integer({ min: 1, max: 5 }),
    backoff: fc.integer({ min: 0, max: 120_000 }),
    cooldown: fc.integer({ min: 0, max: 1_800_000 }),
    maxPerHour: fc.integer({ min: 1, max: 10 }),
  })

  test('never runs more often than its limits, its pauses and its cool-down allow', () => {
    fc.assert(
      fc.property(
        anyLimits,
        fc.array(fc.integer({ min: 1_000, max: 300_000 }), { maxLength: 400 }),
        (of, steps) => {
          const starts = day(of, steps)
          starts.forEach((start, i) => {
            const within = starts.filter((other) => other > start - hour && other <= start)
            expect(within.length).toBeLessThanOrEqual(of.maxPerHour)
            const before = starts[i - 1]
            if (before === undefined) return
            const attempt = (i % of.attempts) + 1
            const pause = attempt === 1 ? of.cooldown : of.backoff * 2 ** (attempt - 2)
            expect(start - before).toBeGreaterThanOrEqual(pause)
          })
        },
      ),
    )
  })

  test('held back, asked about, busy or not fixable: it never runs', () => {
    const blocked = fc.constantFrom<Partial<FixSituation>>(
      { heldBack: true },
      { risk: 'destructive' },
      { busy: true },
      { cause: 'unknown' },
      { cause: 'stopped' },
    )
    fc.assert(
      fc.property(anyLimits, blocked, fc.nat(6), fc.option(fc.nat(hour)), (of, why, tries, ago) => {
        const known = { ...record, tries, exhaustedAt: ago === null ? null : at - ago }
        expect(decideFix(of, known, { ...situation, ...why }).do).not.toBe('run')
      }),
    )
  })
})
