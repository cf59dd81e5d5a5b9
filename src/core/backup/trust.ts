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

/** How far a backup may be trusted now. What was never proven is overdue as if it had been at first. */
export function trustOf(
  { exists, known, drill, verify, proven, allowed }: Record,
  now: number,
): Trust {
  if (!exists) return 'none'
  if (drill?.ok === false || verify?.ok === false) return 'failed'
  if (now - (proven ?? known) > allowed) return 'overdue'
  return proven === undefined ? 'unproven' : 'proven'
}
