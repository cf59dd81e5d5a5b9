import type { BackupSource } from '../../config/types.ts'
import type { Arg } from '../../contract/message.ts'
import { type RestoreFindings, type RestorePlan, restoreSteps } from '../../core/restore/course.ts'
import type { SwapEntry } from '../../core/restore/swap.ts'
import type { SeenProcess } from '../deploy/gone.ts'

/** What a restore keeps from step to step. */
export interface RestoreMemory extends RestoreFindings {
  readonly backup: string
  readonly host: string
  readonly kind: BackupSource['kind']
  /** Words by which psql finds the server; none of anything else than PostgreSQL. */
  readonly server: readonly string[]
  readonly to: 'side' | 'live'
  readonly exclusive: boolean
  readonly safety: boolean
  /** All digits; null: it is a point in time. */
  readonly snapshot: string | null
  /** What is restored as a person names it: the first digits of a snapshot, a time to the second. */
  readonly words: string
  /** Of the data, epoch milliseconds. */
  readonly at: number
  /** Absolute paths in the snapshot. */
  readonly paths: readonly string[]
  /** When it was ordered, epoch milliseconds. */
  readonly begun: number
  /** Part of the names that this restore gives. */
  readonly stamp: string
  /** What it works on, as locks: two backups may be of the same data. */
  readonly data: readonly string[]
  /** Services that are stopped while what is live is swapped. */
  readonly services: readonly string[]
  /** Those of them that nobody had stopped before. */
  readonly ran: readonly string[]
  /** Processes that must be gone before anything is swapped. */
  readonly seen: readonly SeenProcess[]
  /** Its services were held, so that nothing but a person starts them. */
  readonly held: boolean
  /** Directories that hold nothing but what this restore has fetched. */
  readonly fetched: readonly string[]
  /** What is swapped, written down before the first rename. */
  readonly entries: readonly SwapEntry[]
  /** Where something lies that was live before. */
  readonly kept: readonly string[]
  /** What was proven of it. */
  readonly proven: string
  /** Of what was live before. */
  readonly saved: string | null
  /** Why that is doubtful. */
  readonly doubt: string | null
  /** Where restored data was left: a directory, or the name of a database. */
  readonly placed: string | null
}

/** What is not known before the first step. */
export const unknownYet = {
  ran: [],
  seen: [],
  held: false,
  fetched: [],
  entries: [],
  kept: [],
  proven: '',
  saved: null,
  doubt: null,
  placed: null,
} as const satisfies Partial<RestoreMemory>

/** When its data is of: to the second where that was asked for. */
export const timeOf = ({ snapshot, words, at }: RestoreMemory): Arg =>
  snapshot === null ? words : { time: at, style: 'full' }

export const planOf = ({ to, services, safety, exclusive }: RestoreMemory): RestorePlan => ({
  to,
  stops: to === 'live' && services.length > 0,
  safety,
  exclusive,
})

/** The steps there are when all goes well. */
export const plannedSteps = (memory: RestoreMemory): readonly string[] =>
  restoreSteps(planOf(memory))
