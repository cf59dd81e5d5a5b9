/** A tag beside the backup's name, on snapshots of what a restore was about to replace. */
export const safetyTag = 'safety'

/** Milliseconds after which nobody goes back to what was there before a restore. */
const lifetime = 30 * 86_400_000

interface Tagged {
  /** Epoch milliseconds. */
  readonly at: number
  readonly tags: readonly string[]
}

/** It holds what a restore was about to replace, such as data that was damaged. */
export const isSafety = ({ tags }: Pick<Tagged, 'tags'>): boolean => tags.includes(safetyTag)

/** Those of the backup's own, in the same order: what is meant by the newest one. */
export const withoutSafety = <S extends Pick<Tagged, 'tags'>>(all: readonly S[]): readonly S[] =>
  all.filter((one) => !isSafety(one))

/** Those of before restores that may go. */
export const outlived = <S extends Tagged>(all: readonly S[], now: number): readonly S[] =>
  all.filter((one) => isSafety(one) && one.at < now - lifetime)
