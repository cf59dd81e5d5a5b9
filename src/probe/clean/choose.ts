import { fingerprint } from '../fingerprint.ts'
import type { Candidate, Found } from './find.ts'

export interface Rules {
  /** Milliseconds without any change. */
  readonly olderThan: number
  /** So many of each pattern stay, the newest. */
  readonly keep: number
  /** Bytes that removing it must free. */
  readonly minSize: number
}

/** Entries of one plan at most, the oldest; what is left is for the next time. */
const most = 10_000

const byPath = (a: Candidate, b: Candidate): number => (a.path < b.path ? -1 : 1)

/** Every directory that the path lies in, the nearest first. */
function above(path: string): readonly string[] {
  const found: string[] = []
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
    found.push(path.slice(0, at))
  return found
}

/** Pure: what goes, by path. What another pattern keeps stays; what goes with its directory is not named. */
export function choose(found: Found, rules: Rules, now: number): readonly Candidate[] {
  const kept = new Set<string>()
  const going = new Map<string, Candidate>()
  for (const candidates of found.matches) {
    const newestFirst = candidates.toSorted((a, b) => b.newest - a.newest || byPath(a, b))
    newestFirst.forEach((one, rank) => {
      const goes =
        rank >= rules.keep && now - one.newest >= rules.olderThan && one.frees >= rules.minSize
      if (goes) going.set(one.path, one)
      else kept.add(one.path)
    })
  }
  const holdsKept = new Set([...kept].flatMap(above))
  const whole = [...going.values()].filter(({ path }) => !kept.has(path) && !holdsKept.has(path))
  const directories = new Set(
    whole.filter(({ kind }) => kind === 'directory').map(({ path }) => path),
  )
  return whole
    .filter(({ path }) => !above(path).some((directory) => directories.has(directory)))
    .toSorted((a, b) => a.newest - b.newest || byPath(a, b))
    .slice(0, most)
    .toSorted(byPath)
}

/** The same thing, unchanged: what has been written to since has another one. */
export const markOf = ({ path, kind, device, newest }: Candidate): string =>
  fingerprint([path, kind, device, newest])
