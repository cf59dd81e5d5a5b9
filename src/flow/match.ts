import { closest, distance } from 'fastest-levenshtein'
import type { Match } from '../contract/house.ts'

/** Suggestions further away than this share of the word are no help. */
const farthest = 0.5
const mostSuggestions = 5

/**
 * Finds what a person meant: the name itself, in any case, or an unambiguous beginning of one.
 *
 * @returns the thing, or the nearest names: every one that begins so, else similar ones
 */
export function match<T>(things: ReadonlyMap<string, T>, wanted: string): Match<T> {
  const low = wanted.toLowerCase()
  const exact = things.get(wanted)
  if (exact !== undefined) return { found: exact }
  const names = [...things.keys()]
  const same = names.filter((name) => name.toLowerCase() === low)
  const begin = same.length > 0 ? same : names.filter((name) => name.toLowerCase().startsWith(low))
  const only = begin.length === 1 && begin[0] !== undefined ? things.get(begin[0]) : undefined
  if (only !== undefined) return { found: only }
  if (begin.length > 0) return { nearest: begin.slice(0, mostSuggestions) }
  const near = names.filter((name) => distance(name.toLowerCase(), low) <= name.length * farthest)
  if (near.length === 0 && names.length > 0) return { nearest: [closest(wanted, names)] }
  const byDistance = (a: string, b: string): number =>
    distance(a.toLowerCase(), low) - distance(b.toLowerCase(), low)
  return { nearest: near.toSorted(byDistance).slice(0, mostSuggestions) }
}
