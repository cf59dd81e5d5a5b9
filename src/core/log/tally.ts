import type { LogPattern } from '../../contract/log-entry.ts'

/** Characters kept of an example: far more than is shown of one, so that no secret is seen cut. */
const longestExample = 1600

/** A flat copy: a mere part of a string would hold on to the whole text it was cut from. */
const detached = (text: string): string => text.slice(0, longestExample).split('').join('')

/** Patterns and how often each came, in bounded memory. */
export interface Tally {
  /** @param at epoch milliseconds, null where it is not known */
  add(pattern: string, line: string, at: number | null): void
  has(pattern: string): boolean
  /** Most frequent first; of equals the newest. */
  patterns(): readonly LogPattern[]
}

const rank = (a: LogPattern, b: LogPattern): number =>
  b.count - a.count || (b.last ?? 0) - (a.last ?? 0)

const span = (times: readonly (number | null | undefined)[]) => {
  const known = times.filter((time) => typeof time === 'number')
  return known.length === 0 ? {} : { first: Math.min(...known), last: Math.max(...known) }
}

/**
 * Keeps the `most` most frequent patterns whenever twice as many have gathered: what is frequent
 * stays, as in lossy counting (Manku and Motwani, VLDB 2002), and each addition is cheap.
 */
export function createTally(most: number): Tally {
  const counted = new Map<string, LogPattern>()
  const ranked = (): readonly LogPattern[] => [...counted.values()].toReversed().toSorted(rank)

  return {
    add(pattern, line, at) {
      const known = counted.get(pattern)
      if (known) {
        const { first, last, count } = known
        counted.set(pattern, { ...known, count: count + 1, ...span([first, last, at]) })
        return
      }
      const key = detached(pattern)
      counted.set(key, { pattern: key, count: 1, example: detached(line), ...span([at]) })
      if (counted.size < 2 * most) return
      for (const rare of ranked().slice(most)) counted.delete(rare.pattern)
    },
    has: (pattern) => counted.has(pattern),
    patterns: ranked,
  }
}

/** Several tallies as one, oldest first; the examples are of the newest. */
export function mergeTallies(tallies: readonly Tally[], most: number): readonly LogPattern[] {
  const all = Map.groupBy(
    tallies.flatMap((tally) => tally.patterns()),
    ({ pattern }) => pattern,
  )
  return [...all.values()]
    .map((group) => ({
      ...group.reduce((_, newer) => newer),
      count: group.reduce((sum, { count }) => sum + count, 0),
      ...span(group.flatMap(({ first, last }) => [first, last])),
    }))
    .toSorted(rank)
    .slice(0, most)
}
