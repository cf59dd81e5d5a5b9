import type { Trust } from '../../contract/backup.ts'

const day = 86_400_000

/** A restore that nobody schedules is tried out once a quarter, with some days to spare. */
const quarter = 100 * day

/** One trial of a backup. */
export interface Trial {
  readonly ok: boolean
}

/** What decides how far a backup may be trusted. Times in epoch milliseconds. */
export interface Record {
  /** There is a good snapshot. */
  readonly exists: boolean
  /** There ought to be one by now. */
  readonly due: boolean
  /** When it was first configured. */
  readonly known: number
  /** The newest restore that was tried out, and the newest look into the repository. */
  readonly drill?: Trial | undefined
  readonly verify?: Trial | undefined
  /** When a restore was last proven. */
  readonly proven?: number | undefined
  /** How old a proof may be, in milliseconds. */
  readonly allowed: number
}

/**
 * How old a proof may be where drills run at these times (epoch milliseconds, in order): half as long
 * again as the longest wait between two of them, and a day longer at least. Without two runs to come
 * nobody schedules any.
 */
export function allowedBetween(runs: readonly number[]): number {
  const gaps = runs.slice(1).map((at, index) => at - (runs[index] ?? at))
  const longest = Math.max(0, ...gaps)
  return longest === 0 ? quarter : Math.max(longest * 1.5, longest + day)
}

/**
 * Whether a backup that has never run ought to have: it is older than it may be, or its schedule has
 * come since it was configured (`known`, epoch milliseconds).
 *
 * @param runs when its schedule runs next, epoch milliseconds in order
 * @param maxAge milliseconds
 */
export function isDue(
  known: number,
  { runs, maxAge = Infinity }: { readonly runs: readonly number[]; readonly maxAge?: number },
  now: number,
): boolean {
  const gaps = runs.slice(1).map((at, index) => at - (runs[index] ?? at))
  const longest = gaps.length === 0 ? Infinity : Math.max(...gaps)
  return now - known > Math.min(maxAge, longest)
}

/** How far a backup may be trusted now. What was never proven is overdue as if it had been at first. */
export function trustOf(
  { exists, due, known, drill, verify, proven, allowed }: Record,
  now: number,
): Trust {
  if (!exists) return due ? 'none' : 'new'
  if (drill?.ok === false || verify?.ok === false) return 'failed'
  if (now - (proven ?? known) > allowed) return 'overdue'
  return proven === undefined ? 'unproven' : 'proven'
}
