import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Aggregate, createFold } from '../../../src/core/samples/fold.ts'

const samples = fc.array(
  fc.tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.double({ min: -1e9, max: 1e9, noNaN: true })),
  { minLength: 1 },
)

test('says of each stretch what its samples say, in whatever order they come', () => {
  fc.assert(
    fc.property(samples, fc.integer({ min: 1, max: 1e5 }), (all, width) => {
      const fold = createFold(width)
      for (const [at, of] of all) fold.add(at, of, of, of, 1)
      const direct = Map.groupBy(all, ([at]) => Math.floor(at / width) * width)
      const folded = fold.all()
      expect(folded.map(({ at }) => at)).toEqual([...direct.keys()].toSorted((a, b) => a - b))
      for (const { at, min, max, mean, count } of folded) {
        const values = (direct.get(at) ?? []).map(([, of]) => of)
        expect([min, max, count]).toEqual([Math.min(...values), Math.max(...values), values.length])
        expect(mean).toBeCloseTo(values.reduce((a, b) => a + b, 0) / count, 3)
        expect(mean >= min && mean <= max).toBe(true)
      }
    }),
  )
})

test('in two stages it says the same as in one', () => {
  fc.assert(
    fc.property(samples, (all) => {
      const once = createFold(3600)
      const fine = createFold(60)
      const coarse = createFold(3600)
      for (const [at, of] of all) {
        once.add(at, of, of, of, 1)
        fine.add(at, of, of, of, 1)
      }
      for (const { at, min, max, mean, count } of fine.all()) coarse.add(at, min, max, mean, count)
      const exact = ({ at, min, max, count }: Aggregate) => [at, min, max, count]
      expect(coarse.all().map(exact)).toEqual(once.all().map(exact))
    }),
  )
})

test('N parts of a stretch are at most N', () => {
  fc.assert(
    fc.property(fc.nat({ max: 1e9 }), fc.integer({ min: 1, max: 500 }), (length, points) => {
      const fold = createFold((length + 1) / points, 1e12)
      for (let n = 0; n <= 1000; n++) fold.add(1e12 + Math.floor((length * n) / 1000), 1, 1, 1, 1)
      expect(fold.all().length).toBeLessThanOrEqual(points)
    }),
  )
})
