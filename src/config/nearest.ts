import { distance } from 'fastest-levenshtein'

/** How many slips of the finger still count as the same word. */
const slips = (length: number): number => (length < 4 ? 1 : length < 8 ? 2 : 3)

const plain = (word: string): string => word.toLowerCase().replaceAll('-', '_')

/** The word that was probably meant, or undefined when nothing is close. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  return nearestOf(word, known, 1)[0]
}

/** The words closest to this one, best first: those that begin with it, then near misses. */
export function nearestOf(word: string, known: Iterable<string>, most: number): readonly string[] {
  const wanted = plain(word.slice(0, 100))
  const score = (other: string): number =>
    wanted !== '' && plain(other).startsWith(wanted) ? 0.5 : distance(wanted, plain(other))
  return [...known]
    .map((other) => ({ other, score: score(other) }))
    .filter(({ score }) => score <= slips(wanted.length))
    .toSorted((a, b) => a.score - b.score || a.other.length - b.other.length)
    .slice(0, most)
    .map(({ other }) => other)
}

/** `, did you mean "http"?`, or what else is known when nothing is close. */
export function meant(word: string, known: Iterable<string>): string {
  const all = [...known]
  const close = nearest(word, all)
  if (close !== undefined) return `, did you mean "${close}"?`
  return all.length === 0 ? '' : `, expected ${oneOf(all)}`
}

/** `a`, `a or b`, `one of a, b or c`. */
export function oneOf(words: readonly string[]): string {
  const [first = '', ...rest] = words
  const last = rest.at(-1)
  if (last === undefined) return first
  const listed = [first, ...rest.slice(0, -1)].join(', ')
  return rest.length === 1 ? `${listed} or ${last}` : `one of ${listed} or ${last}`
}
