import type { Findings } from '../../../src/core/deploy/course.ts'
import type { StepRecord } from '../../../src/core/job/record.ts'
import type { Wishes } from '../../../src/core/deploy/plan.ts'

/** What befalls a step. */
export interface Chance {
  readonly end: StepRecord['end']
  /** It did what it does although it did not end well. */
  readonly happened: boolean
  /** It did half of it. */
  readonly half: boolean
  /** A watch saw something worse. */
  readonly worse: boolean
}

type Serving = 'old' | 'new' | 'none' | 'mixed'

/** As much of a host as a deploy changes. `before`: what served when it began. */
export interface WorldState {
  readonly before: Serving
  serves: Serving
  link: 'old' | 'new' | 'none'
  release: 'none' | 'half' | 'whole'
  scratch: boolean
  warm: boolean
  oldUp: boolean
  /** A copy was started while another one ran. */
  together: boolean
}

export function createWorld({ strategy, previous, wasUp, built }: Wishes) {
  const twoCopies = strategy === 'blue-green'
  const before: Serving = previous ? 'old' : wasUp && !twoCopies ? 'old' : 'none'
  const state: WorldState = {
    before,
    serves: before,
    link: previous ? 'old' : 'none',
    release: 'none',
    scratch: false,
    warm: false,
    oldUp: true,
    together: false,
  }
  let found: NonNullable<Findings['found']> = 'neither'
  let worse = false

  /** Has what the link points to run; halfway, some of each. */
  const activate = (half: boolean): void => {
    const now = state.link === 'none' ? 'none' : state.link
    state.serves = half && state.serves !== now ? 'mixed' : now
  }
  const start = (): void => {
    state.together ||= state.serves !== 'none'
    activate(false)
  }
  const ask = (which: 'old' | 'new', half: boolean): void => {
    state.serves = which
    if (!half) state.link = which
  }
  const effects: Readonly<Record<string, (half: boolean) => void>> = {
    validate: (half) => (state.scratch = half),
    rehearse: (half) => (state.scratch = half),
    build: (half) => (state.release = half ? 'half' : 'whole'),
    warm: () => (state.warm = true),
    switch: () => (state.link = 'new'),
    activate,
    'activate-old': activate,
    stop: (half) => !half && (state.serves = 'none'),
    'stop-new': (half) => !half && (state.serves = 'none'),
    start,
    'start-old': start,
    'cut-over': (half) => ask('new', half),
    'cut-back': (half) => {
      state.oldUp = true
      ask('old', half)
    },
    back: () => (state.link = 'old'),
    cool: () => (state.oldUp = false),
    withdraw: (half) => {
      if (twoCopies) state.serves = 'none'
      else if (!wasUp) state.serves = 'none'
      else state.serves = before
      if (!half) state.link = 'none'
    },
    inspect: () => {
      const is = twoCopies ? state.serves : state.link
      const was = twoCopies ? before : previous ? 'old' : 'none'
      found = is === 'new' ? 'new' : is === was ? 'old' : 'neither'
    },
    tidy: (half) => {
      state.scratch = false
      if (half) return
      if (state.serves !== 'new') state.warm = false
      if (!built && state.link !== 'new') state.release = 'none'
    },
  }

  return {
    state: (): Readonly<WorldState> => state,
    findings: (): Findings => ({ found, ...(worse && { worse: 'slower' }) }),
    pass(step: string, { end, happened, half, worse: bad }: Chance): void {
      const effect = effects[step]
      if (end === 'done') {
        effect?.(false)
        if (step === 'watch') worse = bad
      } else if (happened)
        effect?.(half || step === 'build' || step === 'validate' || step === 'rehearse')
    },
  }
}
