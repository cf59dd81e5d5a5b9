/** A part of the whole, counted from 1. */
interface Part {
  readonly part: number
  readonly of: number
}

/**
 * The part that a rotating check reads next, so that `of` checks read everything.
 *
 * @param last the part that was read last; null where none was
 */
export const nextSubset = (last: number | null, of: number): Part => ({
  part: last === null || last >= of ? 1 : last + 1,
  of,
})
