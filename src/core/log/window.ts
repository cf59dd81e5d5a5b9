import type { LogPattern } from '../../contract/log-entry.ts'
import { createKnown } from './known.ts'
import { createTally, mergeTallies, type Tally } from './tally.ts'

/** Into so many slices a window is cut, which leave it one by one. */
const slices = 12
/** Patterns told apart in a window: far more than anybody reads. */
export const mostPatterns = 50
/** A rate over less than this says nothing, in milliseconds. */
const leastSpan = 60_000

interface Slice {
  readonly from: number
  readonly tally: Tally
  readonly fresh: Tally
  matches: number
  news: number
  /** Patterns came of which nobody knows whether they are new. */
  full: boolean
  /** null: more than is known. */
  skipped: number | null
}

/** What a window holds. */
export interface WindowSum {
  readonly matches: number
  /** Matching lines a minute, over the window or as much of it as was watched. */
  readonly rate: number
  /** Patterns seen for the first time; null where there are too many to tell. */
  readonly news: number | null
  /** Bytes passed over because the log grew faster than it could be read; null: nobody knows how many. */
  readonly skipped: number | null
  readonly patterns: readonly LogPattern[]
  readonly newPatterns: readonly LogPattern[]
}

export interface Window {
  /** Forgets what has left the window, and what a clock that was set back makes later than now. */
  expire(now: number): void
  /** A pattern of earlier lines, which do not count. */
  learn(pattern: string, now: number): void
  /** @param at when the line says it was written, null where it does not */
  count(pattern: string, line: string, at: number | null, now: number): void
  skip(bytes: number | null, now: number): void
  /** Nothing of what was written from this time on was overlooked. */
  watchedFrom(since: number): void
  sum(now: number): WindowSum
}

/**
 * The matching lines of the last `span` milliseconds, folded. `now` comes in with each call; a clock
 * that is set back makes the window no longer than it is.
 *
 * @param forget milliseconds after which a pattern that did not come again counts as new
 */
export function createWindow(span: number, forget: number): Window {
  const known = createKnown(forget)
  let kept: Slice[] = []
  let started = Infinity

  const expire = (now: number): void => {
    kept = kept.filter(({ from }) => from > now - span && from <= now)
  }
  const current = (now: number): Slice => {
    const last = kept.at(-1)
    if (last && now - last.from < span / slices) return last
    const slice: Slice = {
      from: now,
      tally: createTally(mostPatterns),
      fresh: createTally(mostPatterns),
      matches: 0,
      news: 0,
      full: false,
      skipped: 0,
    }
    kept.push(slice)
    return slice
  }
  const total = (of: (slice: Slice) => number): number =>
    kept.reduce((sum, slice) => sum + of(slice), 0)

  return {
    expire,
    learn: (pattern, now) => void known.see(pattern, now),
    count(pattern, line, at, now) {
      const slice = current(now)
      const verdict = known.see(pattern, now)
      slice.matches += 1
      slice.full ||= verdict === 'full'
      if (verdict === 'new') slice.news += 1
      slice.tally.add(pattern, line, at)
      if (verdict === 'new' || slice.fresh.has(pattern)) slice.fresh.add(pattern, line, at)
    },
    skip(bytes, now) {
      const slice = current(now)
      slice.skipped = slice.skipped === null || bytes === null ? null : slice.skipped + bytes
    },
    watchedFrom(since) {
      started = since
    },
    sum(now) {
      expire(now)
      const matches = total((slice) => slice.matches)
      const watched = Math.min(Math.max(now - started, leastSpan), span)
      const of = (which: 'tally' | 'fresh'): readonly LogPattern[] =>
        mergeTallies(
          kept.map((slice) => slice[which]),
          mostPatterns,
        )
      return {
        matches,
        rate: (matches * 60_000) / watched,
        news: kept.some(({ full }) => full) ? null : total((slice) => slice.news),
        skipped: kept.some(({ skipped }) => skipped === null)
          ? null
          : total((slice) => slice.skipped ?? 0),
        patterns: of('tally'),
        newPatterns: of('fresh'),
      }
    },
  }
}
