/**
 * How restored data takes the place of what is live: one rename aside, one rename in, for each thing.
 * Everything is decided from what is there now, so that a crash between any two renames is no more
 * than another state to begin from. Names are paths, or those of databases on one server.
 */

/** One thing that is swapped. */
export interface SwapEntry {
  readonly live: string
  /** Where the restored one waits; null: there is none, what is live is only put aside. */
  readonly fresh: string | null
  /** Where what was live goes, and stays. */
  readonly aside: string
}

/** Which of the three there are. */
export interface SwapSeen {
  readonly live: boolean
  readonly fresh: boolean
  readonly aside: boolean
}

export interface SwapMove {
  readonly from: string
  readonly to: string
}

/** Where it goes what somebody has made anew in the middle of a swap: it is nobody's to throw away. */
export const strayOf = ({ aside }: SwapEntry): string => `${aside}.made-meanwhile`

const move = (from: string, to: string): SwapMove => ({ from, to })

const isSwapped = ({ fresh }: SwapEntry, seen: SwapSeen): boolean =>
  fresh === null ? !seen.live : !seen.fresh && seen.live

const isUntouched = ({ fresh }: SwapEntry, seen: SwapSeen): boolean =>
  !seen.aside && (fresh === null || seen.fresh)

/** The renames that are left to do, in order. */
export function movesIn(entry: SwapEntry, seen: SwapSeen): readonly SwapMove[] {
  const { live, fresh, aside } = entry
  if (isSwapped(entry, seen)) return []
  const away = seen.live ? [move(live, seen.aside ? strayOf(entry) : aside)] : []
  return fresh === null || !seen.fresh ? away : [...away, move(fresh, live)]
}

/** The renames that bring back what was live, in order. */
export function movesBack(entry: SwapEntry, seen: SwapSeen): readonly SwapMove[] {
  const { live, fresh, aside } = entry
  if (isUntouched(entry, seen)) return []
  const isNew = fresh !== null && !seen.fresh
  const away = !seen.live ? [] : [move(live, isNew ? fresh : strayOf(entry))]
  return seen.aside ? [...away, move(aside, live)] : isNew ? away : []
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
