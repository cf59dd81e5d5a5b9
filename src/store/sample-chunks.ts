import { eachEntry, packChunk, splitChunks } from '../core/samples/chunk.ts'
import { type Aggregate, createFold, type Take } from '../core/samples/fold.ts'
import { chunkEntries, type Tier, tiers } from '../core/samples/tiers.ts'
import type { Db } from './open.ts'

interface Row {
  at: number
  data: Uint8Array
}

type Entries = readonly [Aggregate, ...Aggregate[]]

/** Brings entries to a tier's step: raw ones stay as they are, even where two share a millisecond. */
function atStepOf(tier: Tier, entries: readonly Aggregate[]): readonly Aggregate[] {
  if (tier.step === 1) return entries
  const fold = createFold(tier.step)
  for (const { at, min, max, mean, count } of entries) fold.add(at, min, max, mean, count)
  return fold.all()
}

/** The number of a tier in the database. */
const numberOf = (tier: Tier): number => tiers.indexOf(tier)

export type Chunks = ReturnType<typeof chunkStore>

/** What has been sealed: each row holds entries of one series in one tier. */
export function chunkStore(db: Db) {
  const before = db.prepare<[number, number, number], Row>(
    `SELECT at, data FROM samples WHERE series = ? AND tier = ? AND at <= ?
     ORDER BY at DESC LIMIT 1`,
  )
  const put = db.prepare<[number, number, number, number, Uint8Array]>(
    'INSERT OR REPLACE INTO samples (series, tier, at, until, data) VALUES (?, ?, ?, ?, ?)',
  )
  const drop = db.prepare<[number, number, number]>(
    'DELETE FROM samples WHERE series = ? AND tier = ? AND at = ?',
  )
  const overlapping = db.prepare<[number, number, number, number], Row>(
    'SELECT at, data FROM samples WHERE series = ? AND tier = ? AND at < ? AND until >= ?',
  )
  const ending = db.prepare<[number, number, number, number], Row>(
    `SELECT at, data FROM samples WHERE series = ? AND tier = ? AND until < ?
     ORDER BY at LIMIT ?`,
  )
  const oldest = db.prepare<[number], { series: number; until: number }>(
    'SELECT series, until FROM samples WHERE tier = ? ORDER BY until LIMIT 1',
  )
  const any = db.prepare<[number], { at: number }>(
    'SELECT at FROM samples WHERE series = ? LIMIT 1',
  )

  const entriesOf = (tier: Tier, { at, data }: Row): Aggregate[] => {
    const entries: Aggregate[] = []
    eachEntry(tier, at, data, (start, min, max, mean, count) =>
      entries.push({ at: start, min, max, mean, count }),
    )
    return entries
  }
  /** What stands before a chunk and has room for it, or stands in its place. */
  const roomFor = (series: number, tier: Tier, [{ at }]: Entries): readonly Aggregate[] => {
    const row = before.get(series, numberOf(tier), at)
    if (!row) return []
    const known = entriesOf(tier, row)
    const open = known.length < chunkEntries && at - row.at < tier.span
    if (!open && row.at !== at) return []
    drop.run(series, numberOf(tier), row.at)
    return known
  }
  const write = (series: number, tier: Tier, entries: Entries): void => {
    const { at } = entries[0]
    const until = (entries.at(-1) ?? entries[0]).at + tier.step - 1
    put.run(series, numberOf(tier), at, until, packChunk(tier, entries))
  }

  return {
    /** Adds entries to a series, to its unfinished chunk first. */
    add(series: number, tier: Tier, entries: readonly Aggregate[]): void {
      for (const chunk of splitChunks(tier, atStepOf(tier, entries))) {
        const known = roomFor(series, tier, chunk)
        const all = atStepOf(tier, [...known, ...chunk])
        for (const part of splitChunks(tier, all)) {
          const [{ at }] = part
          const there = before.get(series, numberOf(tier), at)
          const same = there?.at === at ? entriesOf(tier, there) : []
          const [first = part[0], ...rest] = atStepOf(tier, [...same, ...part])
          write(series, tier, [first, ...rest.toSorted((a, b) => a.at - b.at)])
        }
      }
    },
    /** Every entry that may reach into a stretch of time, in no order. */
    each(series: number, from: number, to: number, take: Take): void {
      for (const tier of tiers)
        for (const row of overlapping.all(series, numberOf(tier), to, from))
          eachEntry(tier, row.at, row.data, take)
    },
    /** The chunk that ended first in a tier. */
    oldest: (tier: Tier) => oldest.get(numberOf(tier)),
    /** Takes the oldest chunks of a series away, of those that ended before a time. */
    takeOld(series: number, tier: Tier, until: number, limit: number): readonly Aggregate[] {
      const rows = ending.all(series, numberOf(tier), until, limit)
      for (const { at } of rows) drop.run(series, numberOf(tier), at)
      return rows.flatMap((row) => entriesOf(tier, row))
    },
    has: (series: number): boolean => any.get(series) !== undefined,
  }
}
