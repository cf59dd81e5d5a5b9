import type { Text } from '../../contract/message.ts'
import type { Plan } from '../../core/backup/course.ts'
import type { Counts } from '../../backup/source.ts'
import type { Damage } from '../backup/damage.ts'

/** The snapshot that is tried out. */
export interface Chosen {
  /** All digits. */
  readonly snapshot: string
  /** Epoch milliseconds of its data. */
  readonly at: number
  readonly bytes: number
  readonly files: number
  /** Absolute paths as they were when it was taken. */
  readonly paths: readonly string[]
  /** Rows when it was taken; empty where nobody counted. */
  readonly counts: Counts
}

/** What a drill keeps from step to step. `null`: not found out yet, or not there. */
export interface DrillMemory {
  readonly backup: string
  /** Epoch milliseconds: of its order, and of the present try. */
  readonly since: number
  readonly began: number
  /** What is restored: a database that has to be loaded, or files. */
  readonly loads: boolean
  readonly chosen: Chosen | null
  /** The scratch database, from before it is made until it is dropped. */
  readonly database: string | null
  /** Milliseconds that restoring took so far, and the age of the data. */
  readonly rto: number
  readonly rpo: number
  /** What is wrong with the repository itself. */
  readonly damage: Damage | null
  /** Why it cannot be restored, or is not what it should be. */
  readonly problems: readonly string[]
  /** What was found in order. */
  readonly seen: readonly Text[]
}

export const unknownYet = {
  chosen: null,
  database: null,
  rto: 0,
  rpo: 0,
  damage: null,
  problems: [],
  seen: [],
} as const satisfies Partial<DrillMemory>

/** A drill that was cut short is begun anew this often. */
const again = 1

/** The steps of a drill: what cannot be restored need not be looked at. */
export function planOfDrill({ loads, chosen, problems }: DrillMemory): Plan {
  const isBroken = problems.length > 0
  return {
    steps: [
      'clear',
      'choose',
      ...(isBroken && chosen === null ? [] : ['fetch-back']),
      ...(loads && !isBroken ? ['load'] : []),
      ...(isBroken ? [] : ['prove']),
      'judge',
    ],
    mends: [],
    looks: ['clear', 'choose', 'judge'],
    extras: [],
    tidying: ['tidy'],
    failing: [],
    again,
  }
}

/** The steps there are when all goes well. */
export const plannedSteps = (memory: DrillMemory): readonly string[] => {
  const { steps, tidying } = planOfDrill({ ...memory, problems: [] })
  return [...steps, ...tidying]
}
