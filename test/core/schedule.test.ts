import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Level } from '../../src/contract/level.ts'
import { nextSlot, phaseIn, watchedGap } from '../../src/core/schedule.ts'
import { judge, type SubjectState } from '../../src/core/subject.ts'

const every = fc.integer({ min: 1, max: 86_400_000 })
/** To a tenth of a millisecond: finer ones cannot be halved for ever. */
const now = fc.integer({ min: 0, max: 1e13 }).map((tenths) => tenths / 10)

describe('slots', () => {
  test('lie on a fixed grid, after now, and never further than one interval', () => {
    fc.assert(
      fc.property(fc.string(), every, now, (name, every, now) => {
        const slot = nextSlot(name, every, now)
        expect(slot).toBeGreaterThan(now)
        expect(slot - now).toBeLessThanOrEqual(every)
        expect((slot - phaseIn(name, every)) % every).toBe(0)
        // However late within its slot, the next one is the same.
        expect(nextSlot(name, every, slot - 0.05)).toBe(slot)
        expect(nextSlot(name, every, slot)).toBe(slot + every)
      }),
    )
  })

  test('are the same at every start', () => {
    expect(phaseIn('disk@main', 60_000)).toBe(phaseIn('disk@main', 60_000))
    expect(phaseIn('disk@main', 60_000)).not.toBe(phaseIn('disk@edge', 60_000))
  })

  test('are spread evenly over many names', () => {
    const buckets = Array.from({ length: 10 }, () => 0)
    for (let i = 0; i < 1_000; i++) {
      const bucket = Math.floor(phaseIn(`site-${i}@main`, 60_000) / 6_000)
      buckets[bucket] = (buckets[bucket] ?? 0) + 1
    }
    expect(Math.min(...buckets)).toBeGreaterThan(60)
    expect(Math.max(...buckets)).toBeLessThan(140)
  })
})

describe('time that was watched', () => {
  test('is what passed, within two rounds', () => {
    expect(watchedGap(65_000, 60_000, 10_000)).toBe(65_000)
    expect(watchedGap(140_000, 60_000, 10_000)).toBe(140_000)
  })

  test('is one look when the bot was away, and nothing when the clock went back', () => {
    expect(watchedGap(140_001, 60_000, 10_000)).toBe(10_000)
    expect(watchedGap(1e12, 2_000, 1_000)).toBe(2_000)
    expect(watchedGap(-1e12, 60_000, 10_000)).toBe(0)
  })

  test('a jump of the clock never opens an incident by itself', () => {
    const level: Level = {
      severity: 'critical',
      threshold: { metric: 'down', op: '==', value: true, for: 60_000 },
      failures: 1,
      text: 'down for 1m',
    }
    const rules = { levels: [level], recover: { runs: 2, margin: 'default' }, units: {} } as const
    const jump = fc.oneof(
      fc.integer({ min: -1e12, max: 0 }),
      fc.integer({ min: 200_000, max: 1e12 }),
    )
    fc.assert(
      fc.property(fc.array(jump, { minLength: 1, maxLength: 5 }), (jumps) => {
        let state: SubjectState = {}
        for (const elapsed of [0, ...jumps]) {
          const gap = watchedGap(elapsed, 60_000, 10_000)
          const judgement = judge(state, rules, { down: true }, gap)
          expect(judgement.transition.to).toBe('same')
          state = judgement.state
        }
      }),
    )
  })
})
