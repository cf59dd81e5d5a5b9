/** A restic repository, and whose backup it holds. */
export interface Repository {
  /** The backup's name: a tag on every snapshot of it. */
  readonly name: string
  readonly url: string
  readonly password: string
  /** Keys of the repository, for restic alone. */
  readonly env: Readonly<Record<string, string>>
  /** Absolute. Our restics are known by it in the list of processes. */
  readonly cache: string
}

export interface Snapshot {
  /** All digits of it. */
  readonly id: string
  /** Epoch milliseconds of its data. */
  readonly at: number
  readonly host: string
  readonly paths: readonly string[]
  readonly tags: readonly string[]
}

/** Who works on a repository, or died at it. */
export interface RepositoryLock {
  readonly id: string
  /** Epoch milliseconds of when it was last renewed. */
  readonly at: number
  readonly exclusive: boolean
  readonly host: string
  readonly user: string
  readonly pid: number
}

/** How far a run has come. */
export interface Progress {
  /** Bytes, or packs where it says so. */
  readonly done: number
  /** What is known of it so far: it may grow. */
  readonly total: number
  /** A check counts the files of the repository, which are of about 16 MiB each. */
  readonly packs?: true
  /** Milliseconds; null while nobody can tell. */
  readonly left: number | null
}

/** What a run has put into the repository. */
export interface Summary {
  /** As restic tells it: before 0.17 its first 8 digits. */
  readonly snapshot: string
  readonly files: number
  /** Bytes of everything in the snapshot. */
  readonly bytes: number
  /** Bytes that were new. */
  readonly added: number
}

/** A file or directory in a snapshot. */
export interface Entry {
  readonly path: string
  readonly kind: 'file' | 'dir' | 'other'
  readonly size: number
}

/** What a rotating check reads: part 3 of 7. */
export interface Subset {
  readonly part: number
  readonly of: number
}

/**
 * What restic could not do. missing: no repository there · password: not the one it was made with ·
 * locked: somebody holds it · full: no room · refused: it may not be written, or nothing may be
 * removed from it · away: cannot be reached · damaged: its data is not what was written ·
 * partial: some of what was to be read could not be, the snapshot lacks it · absent: there is no
 * restic, or too old a one · other: in its own words.
 */
export type ResticFailure =
  | 'missing'
  | 'password'
  | 'locked'
  | 'full'
  | 'refused'
  | 'away'
  | 'damaged'
  | 'partial'
  | 'absent'
  | 'other'
