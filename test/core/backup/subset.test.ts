import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextSubset } from '../../../src/core/backup/subset.ts'

test('so many checks as there are parts read every part once, wherever they begin', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 256 }), fc.option(fc.nat(300)), (of, begin) => {
      let last = begin
      const read = Array.from({ length: of }, () => {
        const subset = nextSubset(last, of)
        last = subset.part
        return subset.part
      })
      expect(read.toSorted((a, b) => a - b)).toEqual(Array.from({ length: of }, (_, at) => at + 1))
    }),
  )
})

test.each([
  [null, 10, 1],
  [0, 10, 1],
  [1, 10, 2],
  [10, 10, 1],
  [7, 5, 1],
])('after part %o of %i comes %i', (last, of, part) => {
  expect(nextSubset(last, of)).toEqual({ part, of })
})
