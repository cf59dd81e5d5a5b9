import type { StepRecord } from '../../../src/core/job/record.ts'

/** What befalls a step. */
export interface Chance {
  readonly end: StepRecord['end']
  /** It did what it does although it did not end well. */
  readonly happened: boolean
  /** The snapshot is poorer than the last ones. */
  readonly poor: boolean
}

/** As much of a machine and a repository as a backup changes. */
export interface WorldState {
  serviceUp: boolean
  scratch: boolean
  /** A child of ours is still at it although its step is over. */
  leftover: boolean
  lock: boolean
  snapshot: boolean
  /** Old snapshots were removed. */
  removed: boolean
  rows: ('good' | 'doubtful' | 'failed')[]
  /** Something was done that must never be done. */
  readonly broken: string[]
}

/** Steps that have children of ours. */
const working = new Set(['inspect', 'stage', 'upload', 'confirm', 'keep'])

export function createWorld() {
  const state: WorldState = {
    serviceUp: true,
    scratch: false,
    leftover: false,
    lock: false,
    snapshot: false,
    removed: false,
    rows: [],
    broken: [],
  }
  let verdict: 'good' | 'doubtful' | null = null

  const endLeftovers = (): void => {
    state.leftover = false
  }
  const clear = (): void => {
    endLeftovers()
    state.scratch = false
    state.lock = false
  }
  const effects: Readonly<Record<string, (poor: boolean) => void>> = {
    clear,
    tidy: clear,
    stop: () => (state.serviceUp = false),
    stage: () => (state.scratch = true),
    'start-again': () => {
      endLeftovers()
      state.serviceUp = true
    },
    upload: () => {
      if (!state.scratch) state.broken.push('uploaded what was not there')
      state.snapshot = true
    },
    confirm: (poor) => {
      verdict = poor ? 'doubtful' : 'good'
      if (!state.snapshot) state.broken.push('confirmed nothing')
      if (state.rows.at(-1) !== verdict) state.rows.push(verdict)
    },
    keep: () => {
      state.removed = true
      if (verdict !== 'good') state.broken.push('removed after a run that is not good')
    },
    record: () => void state.rows.push('failed'),
  }

  return {
    state: (): Readonly<WorldState> => state,
    verdict: () => verdict,
    pass(step: string, { end, happened, poor }: Chance): void {
      if (state.leftover && working.has(step))
        state.broken.push(`${step} beside what was left over`)
      if (end === 'done') return effects[step]?.(poor)
      // The bot was killed, or gave a step up: what that had begun may go on, and hold its lock.
      if (working.has(step) && (end === 'cut-short' || end === 'late')) {
        state.leftover = true
        state.lock = true
      }
      if (step === 'stage') state.scratch = true
      // Of a step that was cut short nothing is remembered.
      if (happened && !['confirm', 'record', 'clear', 'tidy', 'start-again'].includes(step))
        effects[step]?.(poor)
    },
  }
}
