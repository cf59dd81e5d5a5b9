import { expect, test } from 'vitest'
import { createListing } from '../../../src/backup/litestream/listing.ts'
import { generationAt } from '../../../src/backup/litestream/restore.ts'

const at = (time: string): number => Date.parse(`2026-11-22T${time}Z`)

// As version 0.3.13 writes it.
const snapshots = `replica  generation        index  size  created
file     e4d425f0ea1aa129  0      752   2026-11-22T10:32:33Z
file     e4d425f0ea1aa129  7      900   2026-11-22T12:00:00Z
file     0a00000000000000  0      752   2026-11-22T09:00:00Z
`
const segments = `replica  generation        index  offset  size  created
file     e4d425f0ea1aa129  0      0       691   2026-11-22T10:32:34Z
file     e4d425f0ea1aa129  0      16512   1909  2026-11-22T13:32:34Z
file     ffffffffffffffff  0      0       691   2026-11-22T14:00:00Z
{"level":"INFO","msg":"2026-11-22T15:00:00Z"}
`

test('histories by their first snapshot and their newest write', () => {
  const listing = createListing()
  listing.snapshots(snapshots)
  for (const part of segments.split(/(?<=\n)/)) listing.segments(part)
  const generations = listing.generations()
  expect(generations).toEqual([
    { name: '0a00000000000000', from: at('09:00:00'), to: at('09:00:00') },
    { name: 'e4d425f0ea1aa129', from: at('10:32:33'), to: at('13:32:34') },
  ])
  expect(generationAt(generations, at('10:32:32'))?.name).toBe('0a00000000000000')
  expect(generationAt(generations, at('10:32:33'))?.name).toBe('e4d425f0ea1aa129')
  expect(generationAt(generations, at('23:00:00'))?.name).toBe('e4d425f0ea1aa129')
  expect(generationAt(generations, at('08:59:59'))).toBe(undefined)
})
