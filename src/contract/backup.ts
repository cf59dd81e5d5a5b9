import type { Text } from './message.ts'

/**
 * How far a backup may be trusted. new: none was taken, and none was due · none: there is none · unproven: nobody has restored it · proven: a
 * restore of it was tried out · overdue: that is longer ago than its schedule allows · failed: the
 * last trial failed.
 */
export type Trust = 'new' | 'none' | 'unproven' | 'proven' | 'overdue' | 'failed'

/** What a check may know of a backup. All times are epoch milliseconds, all spans milliseconds. */
export interface BackupFacts {
  /** When it was first configured. */
  readonly known: number
  /** Of the data of the newest good snapshot. */
  readonly newest?: number
  /** Why the last run was not good; absent after a good one. */
  readonly failure?: { readonly at: number; readonly why: string }
  readonly trust: Trust
  /** When a restore was last proven. */
  readonly proof?: number
  /** How far a replica is behind; absent where none is kept, null while nobody can tell. */
  readonly lag?: number | null
  /** What is wrong with the replica, in words. */
  readonly trouble?: string
}

/** The backups as plug-ins see them. */
export interface Backups {
  /** Throws an error for the operator when there is no such backup. */
  get(name: string): BackupFacts
}

/** A snapshot as it was when it was taken. */
export interface SnapshotView {
  /** The first 8 digits of its id. */
  readonly id: string
  readonly at: number
  /** null: another bot took it, and nothing says how much it holds. */
  readonly bytes: number | null
  /** It holds what a restore was about to replace. */
  readonly safety?: true
  /** It is smaller than it should be, or lacks something: why. */
  readonly doubt?: string
}

/** What came of trying a backup out. */
export interface ProofView {
  /** drill: restored and asked · verify: a part of the repository was read. */
  readonly kind: 'drill' | 'verify'
  readonly at: number
  readonly ok: boolean
  /** What was seen, or why it failed. */
  readonly text: Text
  /** Milliseconds a restore took, and how old its data was. */
  readonly rto?: number
  readonly rpo?: number
}

export interface BackupView {
  readonly name: string
  readonly key: string
  /** "PostgreSQL app", "2 paths". */
  readonly source: string
  /** Without secrets. */
  readonly repository: string
  readonly newest?: SnapshotView & { readonly bytes: number }
  readonly trust: Trust
  readonly drill?: ProofView
  readonly verify?: ProofView
  readonly failure?: { readonly at: number; readonly why: string }
  /** The config has a schedule for it. */
  readonly scheduled: boolean
  /** When it runs next; null where nothing is scheduled, or nobody has applied the schedule yet. */
  readonly next: number | null
  readonly running: boolean
  /** Points in time can be restored, not only snapshots. */
  readonly points: boolean
  readonly lag?: number | null
  /** What is wrong with its replica, in words. */
  readonly trouble?: string
}
