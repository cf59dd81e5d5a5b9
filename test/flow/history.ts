import type { World } from '../support/flow.ts'

/** What a probe saw of its one subject: a value, or null where it could not see. */
export interface Look {
  /** Wall clock and monotonic milliseconds. */
  readonly at: number
  readonly mono: number
  /** Which run of the program it was in. */
  readonly life: number
  readonly value: number | null
}

/** What the config says about one level, in plain numbers. */
export interface Said {
  readonly severity: string
  readonly isBad: (value: number | null) => boolean
  /** Neither good nor bad: it changes nothing. */
  readonly isBlind: (value: number | null) => boolean
  readonly isGood: (value: number | null) => boolean
  readonly failures: number
  readonly for: number
  /** Good looks in a row that end it. */
  readonly runs: number
}

/** From when to when something was wrong, by the wall clock; null: it still is. */
export interface Span {
  readonly from: number
  readonly until: number | null
}

/**
 * What must have been wrong, told from the whole history at once, slowly, without any state: this is
 * the contract's wording, and shares nothing with the code that it judges.
 */
export function spansOf(
  looks: readonly Look[],
  said: Said,
  every: number,
  timeout: number,
): Span[] {
  /** Time before a look that somebody watched. */
  const watched = (i: number): number => {
    const [before, now] = [looks[i - 1], looks[i]]
    if (!before || !now) return 0
    const passed = before.life === now.life ? now.mono - before.mono : now.at - before.at
    return passed > 2 * (every + timeout) ? Math.min(every, 10_000) : Math.max(0, passed)
  }
  /** The seeing looks up to one, newest first. */
  const seeing = (i: number): number[] =>
    looks
      .map((_, index) => index)
      .slice(0, i + 1)
      .filter((index) => !said.isBlind(looks[index]?.value ?? null))
      .toReversed()
  const valueAt = (i: number): number | null => looks[i]?.value ?? null
  const row = (i: number, fits: (value: number | null) => boolean): number[] => {
    const all = seeing(i)
    const end = all.findIndex((index) => !fits(valueAt(index)))
    return end === -1 ? all : all.slice(0, end)
  }
  const begins = (i: number): boolean => {
    if (said.isBlind(valueAt(i))) return false
    const bad = row(i, said.isBad)
    const held = bad.slice(0, -1).reduce((sum, index) => sum + watched(index), 0)
    return bad.length > 0 && bad.length >= said.failures && held >= said.for
  }
  const ends = (i: number): boolean =>
    !said.isBlind(valueAt(i)) && row(i, said.isGood).length >= said.runs
  const spans: Span[] = []
  looks.forEach((look, i) => {
    const open = spans.at(-1)
    const isOpen = open !== undefined && open.until === null
    if (!isOpen && begins(i)) spans.push({ from: look.at, until: null })
    if (isOpen && ends(i)) spans[spans.length - 1] = { ...open, until: look.at }
  })
  return spans
}

/** Unknown for 3 runs and 5 minutes; over with the first look that sees. */
export const blindness: Said = {
  severity: 'warning',
  isBad: (value) => value === null,
  isBlind: () => false,
  isGood: (value) => value !== null,
  failures: 3,
  for: 300_000,
  runs: 1,
}

/** What really happened to incidents of a cause, by the record. */
export const recordOf = (world: World, check: string, cause: string): Span[] =>
  world
    .incidents(check)
    .filter((one) => one.cause === cause)
    .map(({ openedAt, endedAt }) => ({ from: openedAt, until: endedAt }))
