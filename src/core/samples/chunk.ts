import { createReader, createWriter } from './bytes.ts'
import type { Aggregate, Take } from './fold.ts'
import { chunkEntries, type Tier } from './tiers.ts'

/** One sample of a series, by the number under which the series is stored. */
export interface Sample {
  readonly series: number
  readonly at: number
  readonly value: number
}

/**
 * Entries of one series as bytes: the distance to the one before, and the value. Raw samples keep
 * all their digits, roll-ups seven of them, and one of a single sample is just that.
 *
 * @param entries by time; `at` is a multiple of the tier's step
 */
export function packChunk({ step }: Tier, entries: readonly Aggregate[]): Uint8Array {
  const writer = createWriter()
  let last = entries[0]?.at ?? 0
  for (const { at, min, max, mean, count } of entries) {
    writer.int((at - last) / step)
    last = at
    if (step === 1) writer.float64(mean)
    else {
      writer.int(count)
      writer.float32(mean)
      if (count === 1) continue
      writer.float32(min)
      writer.float32(max)
    }
  }
  return writer.end()
}

/** Hands over each entry of a chunk that begins at `start`. */
export function eachEntry({ step }: Tier, start: number, bytes: Uint8Array, take: Take): void {
  const reader = createReader(bytes)
  let at = start
  while (reader.more()) {
    at += reader.int() * step
    const count = step === 1 ? 1 : reader.int()
    const mean = step === 1 ? reader.float64() : reader.float32()
    if (count === 1) take(at, mean, mean, mean, 1)
    else take(at, reader.float32(), reader.float32(), mean, count)
  }
}

/** What came between two writes, of all series together. */
export function packTail(samples: readonly Sample[]): Uint8Array {
  const writer = createWriter(16 * samples.length + 16)
  let last = 0
  for (const { series, at, value } of samples) {
    writer.int(series)
    writer.int(at - last)
    writer.float64(value)
    last = at
  }
  return writer.end()
}

export function unpackTail(bytes: Uint8Array): readonly Sample[] {
  const reader = createReader(bytes)
  const samples: Sample[] = []
  let last = 0
  while (reader.more()) {
    const series = reader.int()
    last += reader.int()
    samples.push({ series, at: last, value: reader.float64() })
  }
  return samples
}

/**
 * Entries as they go into chunks of their own: by time, none of them too long. A clock that was
 * wrong for a while makes some more chunks.
 */
export function splitChunks(
  { span }: Tier,
  entries: readonly Aggregate[],
): readonly (readonly [Aggregate, ...Aggregate[]])[] {
  const chunks: [Aggregate, ...Aggregate[]][] = []
  for (const entry of entries.toSorted((a, b) => a.at - b.at)) {
    const last = chunks.at(-1)
    if (last && last.length < chunkEntries && entry.at - last[0].at < span) last.push(entry)
    else chunks.push([entry])
  }
  return chunks
}
