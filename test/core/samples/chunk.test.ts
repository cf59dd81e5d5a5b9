import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  eachEntry,
  packChunk,
  packTail,
  splitChunks,
  unpackTail,
} from '../../../src/core/samples/chunk.ts'
import { type Aggregate, createFold } from '../../../src/core/samples/fold.ts'
import { chunkEntries, largest, tiers } from '../../../src/core/samples/tiers.ts'

const [raw, minutes] = tiers
const time = fc.integer({ min: 0, max: 4e12 })
const value = fc.double({ min: -largest, max: largest, noNaN: true })
const single = (at: number, of: number): Aggregate => ({ at, min: of, max: of, mean: of, count: 1 })

const unpack = (tier: (typeof tiers)[number], chunk: readonly Aggregate[]): Aggregate[] => {
  const entries: Aggregate[] = []
  eachEntry(tier, chunk[0]?.at ?? 0, packChunk(tier, chunk), (at, min, max, mean, count) =>
    entries.push({ at, min, max, mean, count }),
  )
  return entries
}

const sorted = (entries: readonly Aggregate[]) => entries.toSorted((a, b) => a.at - b.at)

describe('a chunk', () => {
  test('of raw samples gives back what went in, whatever the clock did', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(time, value)), (samples) => {
        const entries = samples.map(([at, of]) => single(at, of))
        const back = splitChunks(raw, entries).flatMap((chunk) => unpack(raw, chunk))
        expect(back).toEqual(sorted(entries))
      }),
    )
  })

  test('of roll-ups keeps counts and times, and seven digits of values', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(time, value), { minLength: 1 }), (samples) => {
        const fold = createFold(minutes.step)
        for (const [at, of] of samples) fold.add(at, of, of, of, 1)
        const entries = fold.all()
        const back = splitChunks(minutes, entries).flatMap((chunk) => unpack(minutes, chunk))
        expect(back.map(({ at, count }) => [at, count])).toEqual(
          entries.map(({ at, count }) => [at, count]),
        )
        const digits = ({ min, max, mean }: Aggregate) => [min, max, mean].map(Math.fround)
        expect(back.map(digits)).toEqual(entries.map(digits))
      }),
    )
  })

  test('is never longer than a page of SQLite takes, nor than its span', () => {
    const entries = Array.from({ length: 500 }, (_, n) => ({
      at: n * 3 * minutes.step,
      min: 0.1,
      max: 1e300 / 1e270,
      mean: 0.7,
      count: 1e6,
    }))
    for (const chunk of splitChunks(minutes, entries)) {
      expect(chunk.length).toBeLessThanOrEqual(chunkEntries)
      expect(packChunk(minutes, chunk).length).toBeLessThan(1002)
      expect((chunk.at(-1)?.at ?? 0) - chunk[0].at).toBeLessThan(minutes.span)
    }
  })
})

test('the tail gives back what went in, in order', () => {
  const sample = fc.record({ series: fc.nat(), at: time, value })
  fc.assert(
    fc.property(fc.array(sample), (samples) => {
      expect(unpackTail(packTail(samples))).toEqual(samples)
    }),
  )
})
