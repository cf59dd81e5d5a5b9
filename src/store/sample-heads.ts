import type { Sample } from '../core/samples/chunk.ts'
import { chunkEntries } from '../core/samples/tiers.ts'

/** What a series is of: `check@host`, the subject, the metric. */
export interface SeriesName {
  readonly target: string
  readonly subject: string
  readonly metric: string
}

/** A series that is being written: what of it is in the tail, and in no chunk yet. */
export interface Head {
  readonly name: SeriesName
  /** Null until it is written down. */
  id: number | null
  samples: Omit<Sample, 'series'>[]
  /** The tail row of the oldest of them. */
  since: number
}

/** Series that are written at once: more are noise, names that change with each run. */
const mostSeries = 20_000
/** Tail rows after which even a short head is sealed, so that the tail ends: two hours at 10 s. */
const longestTail = 720

const keyOf = ({ target, subject, metric }: SeriesName): string =>
  `${target}\u001f${subject}\u001f${metric}`

export type Heads = ReturnType<typeof createHeads>

/** The series that are being written, by name. */
export function createHeads() {
  const heads = new Map<string, Head>()
  const isOld = ({ samples, since }: Head, newest: number): boolean =>
    samples.length > 0 && since <= newest - longestTail
  return {
    find: (name: SeriesName): Head | undefined => heads.get(keyOf(name)),
    /** The head of a series, made where there is none; undefined when there are too many. */
    of(name: SeriesName): Head | undefined {
      const key = keyOf(name)
      const known = heads.get(key)
      if (known || heads.size >= mostSeries) return known
      const head: Head = { name, id: null, samples: [], since: 0 }
      heads.set(key, head)
      return head
    },
    /** Those that are full or hold the tail up, `limit` at most. */
    due: (newest: number, limit: number): readonly Head[] =>
      heads
        .values()
        .filter((head) => head.samples.length >= chunkEntries || isOld(head, newest))
        .take(limit)
        .toArray(),
    /** Empties those that were sealed, and forgets the ones that are written seldom. */
    sealed(of: readonly Head[], newest: number): void {
      for (const head of of) {
        if (isOld(head, newest)) heads.delete(keyOf(head.name))
        head.samples = []
      }
    },
    /** The first tail row that any but `sealed` still needs. */
    firstNeeded(sealed: readonly Head[], newest: number): number {
      const done = new Set(sealed)
      return heads
        .values()
        .filter((head) => head.samples.length > 0 && !done.has(head))
        .reduce((first, { since }) => Math.min(first, since), newest + 1)
    },
    uses: (series: number): boolean => heads.values().some(({ id }) => id === series),
  }
}
