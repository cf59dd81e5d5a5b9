import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { slowerThan } from '../../../src/core/job/pace.ts'

const times = fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 5, maxLength: 20 })

describe('slower than usual', () => {
  test('nobody knows before five of them', () => {
    expect(slowerThan(1e9, [1, 2, 3, 4])).toBeNull()
    expect(slowerThan(1e9, [1, 2, 3, 4, 5])).toBe(3)
  })

  test('is more than the median and three median absolute deviations', () => {
    const before = [60_000, 62_000, 65_000, 66_000, 70_000]
    expect(slowerThan(74_000, before)).toBeNull()
    expect(slowerThan(74_001, before)).toBe(65_000)
    expect(slowerThan(190_000, [...before, 67_000])).toBe(65_500)
  })

  test('a difference that does not show is none', () => {
    expect(slowerThan(61_000, Array(5).fill(60_000))).toBeNull()
    expect(slowerThan(61_001, Array(5).fill(60_000))).toBe(60_000)
  })

  test('knows no order, is not moved by one outlier, and says the same of anything slower', () => {
    fc.assert(
      fc.property(times, fc.nat(10_000_000), fc.nat(10_000), (before, took, more) => {
        const usual = slowerThan(took, before)
        expect(slowerThan(took, before.toReversed())).toBe(usual)
        expect(slowerThan(Math.min(...before), before)).toBeNull()
        if (usual !== null) expect(slowerThan(took + more, before)).toBe(usual)
      }),
    )
  })
})
