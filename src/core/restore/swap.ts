/**
 * How restored data takes the place of what is live: one rename aside, one rename in, for each thing.
 * Everything is decided from what is there now, so that a crash between any two renames is no more
 * than another state to begin from. Names are paths, or those of databases on one server.
 */

/** What belongs to a thing, and is wrong beside any other: the journal of a database. */
export interface SwapCompanion {
  readonly live: string
  readonly aside: string
}

/** One thing that is swapped. */
export interface SwapEntry {
  readonly live: string
  /** Where the restored one waits; null: there is none, what is live is only put aside. */
  readonly fresh: string | null
  /** Where what was live goes, and stays. */
  readonly aside: string
  /** Something was live before the first rename: only once that is aside has it been replaced. */
  readonly had?: boolean
  /** It goes with what is live now, and never stays beside what takes its place. */
  readonly companions?: readonly SwapCompanion[]
}

interface SeenCompanion {
  readonly live: boolean
  readonly aside: boolean
}

/** Which of them there are; of the companions in their order. */
export interface SwapSeen extends SeenCompanion {
  readonly fresh: boolean
  readonly companions?: readonly SeenCompanion[]
}

export interface SwapMove {
  readonly from: string
  readonly to: string
}

/** Where it goes what somebody has made anew in the middle of a swap: it is nobody's to throw away. */
export const strayOf = ({ aside }: SwapCompanion): string => `${aside}.made-meanwhile`

const move = (from: string, to: string): SwapMove => ({ from, to })

const pairsOf = ({ companions = [] }: SwapEntry, { companions: seen = [] }: SwapSeen) =>
  companions.map((one, at) => ({ one, seen: seen[at] ?? { live: false, aside: false } }))

/** The restored one has gone without taking the place of what is live: somebody has removed it. */
export const isRobbed = ({ fresh, had = false }: SwapEntry, seen: SwapSeen): boolean =>
  fresh !== null && had && !seen.fresh && seen.live && !seen.aside

const isSwapped = (entry: SwapEntry, seen: SwapSeen): boolean =>
  entry.fresh === null ? !seen.live : !seen.fresh && seen.live && !isRobbed(entry, seen)

const isUntouched = (entry: SwapEntry, seen: SwapSeen): boolean =>
  !seen.aside &&
  (entry.fresh === null || seen.fresh || isRobbed(entry, seen)) &&
  !pairsOf(entry, seen).some((pair) => pair.seen.aside)

const putAway = (one: SwapCompanion, seen: SeenCompanion): readonly SwapMove[] =>
  seen.live ? [move(one.live, seen.aside ? strayOf(one) : one.aside)] : []

/** The renames that are left to do, in order. */
export function movesIn(entry: SwapEntry, seen: SwapSeen): readonly SwapMove[] {
  const { live, fresh } = entry
  if (isSwapped(entry, seen) || isRobbed(entry, seen)) return []
  const away = [
    ...pairsOf(entry, seen).flatMap((pair) => putAway(pair.one, pair.seen)),
    ...putAway(entry, seen),
  ]
  return fresh === null || !seen.fresh ? away : [...away, move(fresh, live)]
}

/** The renames that bring back what was live, in order. */
export function movesBack(entry: SwapEntry, seen: SwapSeen): readonly SwapMove[] {
  const { live, fresh, aside } = entry
  if (isUntouched(entry, seen)) return []
  const pairs = pairsOf(entry, seen)
  const isNew = fresh !== null && !seen.fresh && !isRobbed(entry, seen)
  const isOld = seen.live && !seen.aside && !isNew
  // What lies there belongs to what goes away, unless what was live is there already.
  const alien = pairs.filter((pair) => pair.seen.live && (!isOld || pair.seen.aside))
  const away = seen.live && !isOld ? [move(live, isNew ? fresh : strayOf(entry))] : []
  return [
    ...alien.map((pair) => move(pair.one.live, strayOf(pair.one))),
    ...away,
    ...(seen.aside ? [move(aside, live)] : []),
    ...pairs.filter((pair) => pair.seen.aside).map((pair) => move(pair.one.aside, pair.one.live)),
  ]
}

/** A thing of which neither the old nor the new is where it may be: somebody else was at it. */
export const isLost = ({ fresh }: SwapEntry, seen: SwapSeen): boolean =>
  fresh !== null && !seen.fresh && !seen.live && !seen.aside

/** new: all is swapped · old: nothing is · mixed: some of each. */
export type Swapped = 'new' | 'old' | 'mixed'

/** How far a swap has come. */
export function swappedOf(
  all: readonly { readonly entry: SwapEntry; readonly seen: SwapSeen }[],
): Swapped {
  if (all.every(({ entry, seen }) => isUntouched(entry, seen))) return 'old'
  return all.every(({ entry, seen }) => isSwapped(entry, seen)) ? 'new' : 'mixed'
}
