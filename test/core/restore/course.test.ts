import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StepRecord } from '../../../src/core/job/record.ts'
import {
  nextRestore,
  type RestoreEnd,
  type RestoreFindings,
  type RestorePlan,
  restoreSteps,
} from '../../../src/core/restore/course.ts'

const ends = ['done', 'failed', 'late', 'cancelled', 'cut-short'] as const

/** What befalls a step; `share`: how much of it was done although it did not end well, 0 to 2. */
interface Chance {
  readonly end: StepRecord['end']
  readonly share: number
  /** The machine was started again, and what is enabled with it. */
  readonly reboot: boolean
}

const anyPlan: fc.Arbitrary<RestorePlan> = fc.record({
  to: fc.constantFrom('side', 'live', 'live'),
  stops: fc.boolean(),
  safety: fc.boolean(),
  exclusive: fc.boolean(),
})

const anyChance: fc.Arbitrary<Chance> = fc.record({
  end: fc.oneof(
    { weight: 4, arbitrary: fc.constant('done' as const) },
    { weight: 2, arbitrary: fc.constantFrom(...ends) },
  ),
  share: fc.nat(2),
  reboot: fc.boolean(),
})

/** As the job has it. */
const cancellable = new Set('inspect fetch prove safety'.split(' '))

/** As much of a machine as a restore changes: two things that are swapped, and who runs. */
function machine({ stops, exclusive, safety }: RestorePlan) {
  const live: ('old' | 'new')[] = ['old', 'old']
  const state = {
    live,
    fetched: false,
    proven: false,
    placed: false,
    safe: false,
    runs: stops,
    held: false,
    /** It ran, or was started, while things were half swapped. */
    ranMixed: false,
    /** An exclusive one was started by us. */
    startedExclusive: false,
    /** Data was changed before there was a safety snapshot of it, or before it was proven. */
    unsafe: false,
  }
  let found: NonNullable<RestoreFindings['found']> = 'mixed'
  const isMixed = (): boolean => live[0] !== live[1]
  const start = (): void => {
    state.startedExclusive ||= exclusive
    state.ranMixed ||= isMixed()
    state.runs = true
  }
  const turn = (to: 'old' | 'new', share: number): void => {
    // The step itself sees to it that nothing runs before it renames anything.
    state.runs = false
    if (share === 0) return
    state.unsafe ||= (safety && !state.safe) || !state.proven
    live[0] = to
    if (share === 2) live[1] = to
  }
  const effects: Readonly<Record<string, (share: number) => void>> = {
    fetch: (share) => (state.fetched = share > 0),
    prove: (share) => (state.proven = share === 2),
    place: (share) => (state.placed = share > 0),
    safety: (share) => (state.safe = share === 2),
    stop: (share) => {
      if (exclusive) state.held = true
      if (share === 2) state.runs = false
    },
    'swap-in': (share) => turn('new', share),
    'swap-back': (share) => turn('old', share),
    'look-swap': () => (found = live[0] === live[1] ? (live[0] ?? 'mixed') : 'mixed'),
    start: (share) => share > 0 && start(),
    'start-again': (share) => share > 0 && start(),
    tidy: (share) => share > 0 && (state.fetched = false),
  }
  return {
    state,
    findings: (): RestoreFindings => ({ found }),
    pass(step: string, { end, share, reboot }: Chance): void {
      effects[step]?.(end === 'done' ? 2 : share)
      if (end === 'cut-short' && reboot && stops && !state.held) state.runs = true
    },
  }
}

const bound = 80

/** @param ever what befalls it goes on as it began, else all is well from some time on */
function play(plan: RestorePlan, chances: readonly Chance[], ever: boolean) {
  const world = machine(plan)
  const trail: StepRecord[] = []
  for (let at = 0; at <= bound; at++) {
    const move = nextRestore(plan, world.findings(), trail)
    if ('end' in move) return { plan, end: move.end, trail, state: world.state }
    const drawn = chances[ever ? at % chances.length : at] ?? {
      end: 'done',
      share: 2,
      reboot: false,
    }
    const end = drawn.end === 'cancelled' && !cancellable.has(move.step) ? 'failed' : drawn.end
    world.pass(move.step, { ...drawn, end })
    trail.push({ step: move.step, end, ...(end !== 'done' && { why: `${move.step} ${end}` }) })
  }
  throw new Error(`it goes on for ever: ${trail.map(({ step }) => step).join(' ')}`)
}

type Game = ReturnType<typeof play>

const property = (holds: (game: Game) => void): void =>
  fc.assert(
    fc.property(
      anyPlan,
      fc.array(anyChance, { maxLength: 40 }),
      fc.boolean(),
      (plan, chances, ever) => holds(play(plan, chances, ever)),
    ),
    { numRuns: 1_000 },
  )

describe('any restore, whatever befalls it', () => {
  it('ends, and says truly what is live', () => {
    property(({ plan, end, state }) => {
      const [one, other] = state.live
      if (plan.to === 'side') {
        expect([one, other]).toEqual(['old', 'old'])
        if (end.outcome === 'done') expect(state.placed).toBe(true)
      } else if (end.outcome === 'done') expect([one, other]).toEqual(['new', 'new'])
      else if (end.outcome !== 'stuck') expect([one, other]).toEqual(['old', 'old'])
    })
  })

  it('changes what is live only once the restored is proven and a safety snapshot is there', () => {
    property(({ plan, state, trail }) => {
      expect(state.unsafe).toBe(false)
      const swap = trail.findIndex(({ step }) => step === 'swap-in')
      if (swap === -1) return
      for (const step of ['fetch', 'prove', ...(plan.safety ? ['safety'] : [])])
        expect(trail.slice(0, swap)).toContainEqual({ step, end: 'done' })
    })
  })

  it('never starts what may not run twice, nor anything on half swapped data', () => {
    property(({ state }) => {
      expect(state.startedExclusive).toBe(false)
      expect(state.ranMixed).toBe(false)
    })
  })

  it('starts again what it has stopped, or says that it is stopped', () => {
    property(({ plan, end, state, trail }) => {
      if (!trail.some(({ step }) => step === 'stop')) {
        expect(state.runs).toBe(plan.stops)
        expect(end.stopped).toBe(false)
        return
      }
      if (!end.stopped) expect(state.runs || end.notes.length > 0).toBe(true)
      if (plan.exclusive) expect(end.stopped).toBe(true)
    })
  })

  it('tidies up, unless nobody knows what is where', () => {
    property(({ end, trail, state }) => {
      expect(trail.at(-1)?.step).toBe(end.outcome === 'stuck' ? 'swap-back' : 'tidy')
      if (end.outcome === 'stuck') return
      if (!end.left) expect(state.fetched).toBe(false)
    })
  })

  it('is stuck only after going back has failed more than once', () => {
    property(({ end, trail }) => {
      if (end.outcome !== 'stuck') return
      expect(trail.filter(({ step }) => step === 'swap-back').length).toBeGreaterThan(1)
      expect(end.trouble?.step).toBe('swap-back')
    })
  })

  it('is cancelled only before anything was changed', () => {
    property(({ end, trail }) => {
      if (end.outcome !== 'cancelled') return
      expect(trail.some(({ step }) => step === 'swap-in' || step === 'stop')).toBe(false)
      expect(end.cause?.end).toBe('cancelled')
    })
  })

  it('names what went wrong, unless nothing did', () => {
    property(({ end }) => {
      expect(end.cause === undefined).toBe(end.outcome === 'done')
    })
  })
})

const ending = (
  plan: RestorePlan,
  bad: Readonly<Record<string, StepRecord['end']>>,
): RestoreEnd => {
  const world = machine(plan)
  const trail: StepRecord[] = []
  const left = { ...bad }
  for (;;) {
    const move = nextRestore(plan, world.findings(), trail)
    if ('end' in move) return move.end
    const end = left[move.step] ?? 'done'
    delete left[move.step]
    world.pass(move.step, { end, share: 1, reboot: false })
    trail.push({ step: move.step, end })
  }
}

const live: RestorePlan = { to: 'live', stops: true, safety: true, exclusive: false }

describe('a restore over live data', () => {
  it('does each step once when all goes well', () => {
    const trail: StepRecord[] = []
    for (;;) {
      const move = nextRestore(live, {}, trail)
      if ('end' in move) break
      trail.push({ step: move.step, end: 'done' })
    }
    expect(trail.map(({ step }) => step)).toEqual(restoreSteps(live))
  })

  it('completes a swap that a crash has cut in two, and takes back one that failed', () => {
    expect(ending(live, { 'swap-in': 'cut-short' }).outcome).toBe('done')
    expect(ending(live, { 'swap-in': 'failed' }).outcome).toBe('undone')
  })

  it('keeps the restored data where its service is not healthy', () => {
    const end = ending(live, { gate: 'failed' })
    expect(end.outcome).toBe('done')
    expect(end.notes).toMatchObject([{ step: 'gate', end: 'failed' }])
  })

  it('leaves everything alone without a safety snapshot', () => {
    expect(ending(live, { safety: 'failed' })).toMatchObject({
      outcome: 'unchanged',
      cause: { step: 'safety' },
      stopped: false,
    })
  })
})
