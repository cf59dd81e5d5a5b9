import { type Tier, tiers } from '../core/samples/tiers.ts'
import type { Db } from './open.ts'
import type { Chunks } from './sample-chunks.ts'

const [raw, minutes, hours] = tiers
/** Chunks that one step takes: some thousand entries, well below a millisecond. */
const chunksPerStep = 64
/** How far beyond the oldest chunk a step reaches where room is needed. */
const reach = 6 * 3_600_000

/** Lets samples grow coarser with age, and keeps them within their room; in small steps. */
export function agingOf(db: Db, chunks: Chunks, ceiling: number) {
  const pages = db.prepare<[], { used: number }>(
    `SELECT (page_count - freelist_count) * page_size AS used
     FROM pragma_page_count, pragma_freelist_count, pragma_page_size`,
  )
  const forget = db.prepare<[number]>('DELETE FROM series WHERE id = ?')

  /** @returns the series, where nothing is left of it */
  const move = (series: number, from: Tier, until: number, to: Tier | undefined): number | null => {
    const entries = chunks.takeOld(series, from, until, chunksPerStep)
    if (to) chunks.add(series, to, entries)
    return chunks.has(series) ? null : series
  }
  /** The finest tier that has any goes first: into hours, and out of these into nothing. */
  const makeRoom = (): number | null | undefined => {
    if ((pages.get()?.used ?? 0) <= ceiling) return undefined
    for (const tier of tiers) {
      const first = chunks.oldest(tier)
      if (!first) continue
      const to = tier === hours ? undefined : hours
      return move(first.series, tier, first.until + reach, to)
    }
    return undefined
  }
  const age = (now: number): number | null | undefined => {
    for (const [tier, next] of [
      [raw, minutes],
      [minutes, hours],
      [hours, undefined],
    ] as const) {
      const first = chunks.oldest(tier)
      if (first && first.until < now - tier.keep - tier.span)
        return move(first.series, tier, now - tier.keep, next)
    }
    return undefined
  }

  return {
    /**
     * One step, within a transaction.
     *
     * @returns undefined when there is nothing to do; the series of which nothing is stored any
     * more, or null
     */
    step: (now: number): number | null | undefined => {
      const aged = age(now)
      return aged === undefined ? makeRoom() : aged
    },
    forget: (series: number): void => void forget.run(series),
  }
}
