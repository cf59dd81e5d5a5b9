/** Days that the copies of the bot's own database are kept. */
const kept = 7
const form = /^mechanic-(\d{4}-\d\d-\d\d)\.db$/

/** The name of the copy of a day: `2026-11-22`. */
export const copyName = (day: string): string => `mechanic-${day}.db`

/** The copies among the names in a directory, newest first. */
export const copiesIn = (names: readonly string[]): readonly string[] =>
  names
    .filter((name) => form.test(name))
    .toSorted()
    .toReversed()

export interface CopyPlan {
  /** The one to make now; null where today's is there. */
  readonly make: string | null
  /** Those that may go, once it is made. */
  readonly remove: readonly string[]
}

/**
 * Which copy is due. The newest ones stay, however old they are; one of a day that has not come yet is
 * of a clock that went wrong, and stands in nobody's way.
 */
export function planCopies(names: readonly string[], day: string): CopyPlan {
  const today = copyName(day)
  const copies = copiesIn(names)
  const past = copies.filter((name) => name < today)
  const make = copies.includes(today) ? null : today
  return { make, remove: past.slice(kept - 1) }
}

/** How long the newest copy may be the last one before somebody is told, in milliseconds. */
const tellAfter = 36 * 3_600_000

/** Whether trouble with the copies is to be told: a night without one is no reason yet. */
export const isWorthTelling = (lastGood: number, now: number): boolean =>
  now - lastGood >= tellAfter
