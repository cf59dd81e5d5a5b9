/** So many digits of a snapshot's id tell it from all others, as restic shows them. */
export const shownDigits = 8

/** A snapshot as a person names it. */
export const shortId = (id: string): string => id.slice(0, shownDigits)
