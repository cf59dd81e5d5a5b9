import type { Plan } from '../../core/backup/course.ts'
import type { Summary } from '../../backup/restic/types.ts'
import type { Staged } from '../../backup/source.ts'

/** What a backup keeps from step to step. `null`: not found out yet, or not there. */
export interface BackupMemory {
  readonly backup: string
  /** It is taken of what a restore is about to replace. */
  readonly safety: boolean
  /** Epoch milliseconds: of its order, and of the present try. */
  readonly since: number
  readonly began: number
  /** The service that is stopped for it. */
  readonly stop: string | null
  /** The step after which that service may run again. */
  readonly until: 'stage' | 'upload'
  /** Old snapshots are removed by us. */
  readonly keeps: boolean
  /** The service was stopped by us; false: it does not run, or runs again. */
  readonly stopped: boolean | null
  /** The repository was made by this run. */
  readonly made: boolean
  readonly staged: Staged | null
  readonly summary: Summary | null
  /** What restic could not read. */
  readonly unread: string | null
  readonly verdict: 'good' | 'doubtful' | null
  /** All digits of the snapshot that counts. */
  readonly snapshot: string | null
  /** Why it is doubtful. */
  readonly doubt: string | null
  /** The ids of the snapshots that the rules do not keep, as they were listed then; at most 200. */
  readonly outdated: readonly string[]
  /** How many of them were removed. */
  readonly removed: number
}

/** What is not known before the first step. */
export const unknownYet = {
  stopped: null,
  made: false,
  staged: null,
  summary: null,
  unread: null,
  verdict: null,
  snapshot: null,
  doubt: null,
  outdated: [],
  removed: 0,
} as const satisfies Partial<BackupMemory>

/** After so many kills of the bot in the middle of it, it is left for the next run. */
const again = 1

/** The steps of a backup, by what is known of it. */
export function planOfBackup({ stop, until, keeps, verdict }: BackupMemory): Plan {
  const stops = stop !== null
  return {
    steps: [
      'clear',
      'look',
      ...(stops ? ['halt'] : []),
      'stage',
      ...(stops && until === 'stage' ? ['start-again'] : []),
      'upload',
      ...(stops && until === 'upload' ? ['start-again'] : []),
      'confirm',
    ],
    mends: stops ? [{ step: 'halt', by: 'start-again' }] : [],
    looks: ['clear', 'look', 'confirm'],
    extras: keeps && verdict === 'good' ? ['keep'] : [],
    tidying: ['tidy'],
    failing: ['record'],
    // A service is not stopped twice for one order.
    again: stops ? 0 : again,
  }
}

/** The steps there are when all goes well. */
export const plannedSteps = (memory: BackupMemory): readonly string[] => {
  const { steps, extras, tidying } = planOfBackup({ ...memory, verdict: 'good' })
  return [...steps, ...extras, ...tidying]
}
