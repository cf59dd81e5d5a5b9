import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CourseEnd, nextMove } from '../../../src/core/deploy/course.ts'
import type { StepRecord } from '../../../src/core/job/record.ts'
import { planOf, type Wishes } from '../../../src/core/deploy/plan.ts'
import { type Chance, createWorld } from './world.ts'

const ends = ['done', 'failed', 'late', 'cancelled', 'cut-short'] as const

const wishes = (part: Partial<Wishes> = {}): Wishes => ({
  strategy: 'reload',
  validate: true,
  rehearse: false,
  backup: false,
  bake: false,
  watch: true,
  autoRollback: true,
  tries: 1,
  built: false,
  previous: true,
  wasUp: true,
  ...part,
})

const anyWishes: fc.Arbitrary<Wishes> = fc.record({
  strategy: fc.constantFrom('reload', 'stop-start', 'blue-green'),
  validate: fc.boolean(),
  rehearse: fc.boolean(),
  backup: fc.boolean(),
  bake: fc.boolean(),
  watch: fc.boolean(),
  autoRollback: fc.boolean(),
  tries: fc.integer({ min: 1, max: 3 }),
  built: fc.boolean(),
  previous: fc.boolean(),
  wasUp: fc.boolean(),
})

/** Most steps go well, or the middle of a deploy would seldom be reached. */
const anyChance: fc.Arbitrary<Chance> = fc.record({
  end: fc.oneof(
    { weight: 5, arbitrary: fc.constant('done' as const) },
    { weight: 2, arbitrary: fc.constantFrom(...ends) },
  ),
  happened: fc.boolean(),
  half: fc.boolean(),
  worse: fc.boolean(),
})

/** Steps in which a person may cancel; the jobs themselves say the same (steps.test.ts). */
const cancellable = new Set(
  'fetch validate rehearse backup build warm gate-copy bake baseline watch wait'.split(' '),
)

/** Three tries of eleven steps, and everything repeated as often as it may be. */
const bound = 150

/** @param ever what befalls it goes on as it began, else all is well from some time on */
function play(wanted: Wishes, chances: readonly Chance[], ever: boolean) {
  const plan = planOf(wanted)
  const world = createWorld(wanted)
  const trail: StepRecord[] = []
  for (let at = 0; at <= bound; at++) {
    const move = nextMove(plan, world.findings(), trail)
    if ('end' in move) return { end: move.end, trail, world: world.state(), plan }
    const drawn = chances[ever ? at % chances.length : at] ?? {
      end: 'done',
      happened: true,
      half: false,
      worse: false,
    }
    const end = drawn.end === 'cancelled' && !cancellable.has(move.step) ? 'failed' : drawn.end
    world.pass(move.step, { ...drawn, end })
    trail.push({ step: move.step, end, ...(end !== 'done' && { why: `${move.step} ${end}` }) })
  }
  throw new Error(`it goes on for ever: ${trail.map(({ step }) => step).join(' ')}`)
}

const anyPlay = fc
  .tuple(anyWishes, fc.array(anyChance, { maxLength: 60 }), fc.boolean())
  .map(([wanted, chances, ever]) => ({ wanted, ...play(wanted, chances, ever) }))

const property = (holds: (game: ReturnType<typeof play> & { wanted: Wishes }) => void): void =>
  fc.assert(fc.property(anyPlay, holds), { numRuns: 3_000 })

const lastOf = (trail: readonly StepRecord[], steps: readonly string[]): StepRecord | undefined =>
  trail.findLast(({ step }) => steps.includes(step))

describe('any deploy, whatever befalls it', () => {
  it('ends, and says where it stands', () => {
    property(({ end, world, wanted }) => {
      if (end.outcome === 'stuck') return
      const before = wanted.previous ? 'old' : world.before
      const serves = end.outcome === 'done' ? 'new' : before
      expect(world.serves).toBe(serves)
      expect(world.link).toBe(end.outcome === 'done' ? 'new' : wanted.previous ? 'old' : 'none')
    })
  })

  it('leaves no scratch and no release that came to nothing, or says so', () => {
    property(({ end, world }) => {
      if (end.left) return
      expect(world.scratch).toBe(false)
      if (end.outcome === 'done') expect(world.release).not.toBe('half')
      else if (end.outcome !== 'stuck') expect(world.release).toBe('none')
      else expect(world.release).not.toBe('half')
    })
  })

  it('is done after the gate alone', () => {
    property(({ end, trail, plan }) => {
      if (end.outcome === 'done')
        expect(lastOf(trail, [...plan.change, ...plan.undo])).toMatchObject({
          step: 'gate',
          end: 'done',
        })
    })
  })

  it('never starts a copy before the other one is stopped for good', () => {
    property(({ world, trail, wanted }) => {
      expect(world.together).toBe(false)
      if (wanted.strategy !== 'stop-start') return
      trail.forEach(({ step }, at) => {
        if (step === 'start') expect(trail[at - 1]).toEqual({ step: 'stop', end: 'done' })
        if (step === 'start-old') expect(trail[at - 1]).toEqual({ step: 'stop-new', end: 'done' })
      })
    })
  })

  it('is not cancelled once anything was changed', () => {
    property(({ end, trail, plan }) => {
      if (end.outcome !== 'cancelled') return
      const present = trail.slice(trail.findLastIndex(({ step }) => step === 'wait') + 1)
      expect(present.some(({ step }) => plan.change.includes(step))).toBe(false)
    })
  })

  it('tries again no more often than it may, and only what was tidied', () => {
    property(({ end, trail, wanted }) => {
      const fetches = trail.filter(
        ({ step }, at) => step === 'fetch' && trail[at - 1]?.step !== 'fetch',
      )
      expect(fetches.length).toBeLessThanOrEqual(wanted.tries)
      expect(end.tries).toBe(
        Math.max(
          1,
          fetches.length + (end.outcome === 'cancelled' && trail.at(-1)?.step === 'wait' ? 1 : 0),
        ),
      )
      trail.forEach(({ step }, at) => {
        if (step === 'wait' && trail[at - 1]?.step !== 'wait')
          expect(trail[at - 1]).toEqual({ step: 'tidy', end: 'done' })
      })
    })
  })

  it('names what went wrong first, unless all went well', () => {
    property(({ end }) => {
      if (end.outcome === 'done') expect(end.cause).toBeUndefined()
      else expect(end.cause?.end).toMatch(/failed|late|cancelled|cut-short/)
      expect(end.trouble !== undefined).toBe(end.outcome === 'stuck')
    })
  })
})

/** The steps of a deploy in which these ones end otherwise than well, each the first time. */
function course(
  wanted: Wishes,
  otherwise: Readonly<Record<string, StepRecord['end']>> = {},
  findings = {},
): { readonly steps: string; readonly end: CourseEnd } {
  const trail: StepRecord[] = []
  for (;;) {
    const move = nextMove(planOf(wanted), findings, trail)
    if ('end' in move) return { steps: trail.map(({ step }) => step).join(' '), end: move.end }
    const { step } = move
    const first = !trail.some((one) => one.step === step)
    trail.push({ step, end: (first && otherwise[step]) || 'done' })
  }
}

describe('a deploy', () => {
  it('goes its way', () => {
    expect(course(wishes()).steps).toBe(
      'fetch validate build baseline switch activate gate watch retire',
    )
    expect(course(wishes({ strategy: 'stop-start', watch: false })).steps).toBe(
      'fetch validate build switch stop start gate retire',
    )
    expect(course(wishes({ strategy: 'blue-green', bake: true })).steps).toBe(
      'fetch validate build warm gate-copy bake baseline cut-over gate watch cool retire',
    )
  })

  it('changes nothing when it cannot be built', () => {
    const { steps, end } = course(wishes(), { build: 'failed' })
    expect(steps).toBe('fetch validate build tidy')
    expect(end).toMatchObject({ outcome: 'unchanged', cause: { step: 'build', end: 'failed' } })
  })

  it('tries a failed build again where its cause may pass, but not a crash', () => {
    expect(
      course(wishes({ tries: 3, validate: false, watch: false }), { build: 'late' }),
    ).toMatchObject({
      steps: 'fetch build tidy wait fetch build switch activate gate retire',
      end: { outcome: 'done', tries: 2 },
    })
    expect(course(wishes({ tries: 3 }), { build: 'cut-short' }).end.outcome).toBe('unchanged')
  })

  it('is undone when the gate is not passed', () => {
    const { steps, end } = course(wishes({ validate: false, watch: false }), { gate: 'failed' })
    expect(steps).toBe('fetch build switch activate gate back activate-old gate-old tidy')
    expect(end).toMatchObject({ outcome: 'undone', cause: { step: 'gate' } })
  })

  it('leaves the processes alone when only the link was to be changed', () => {
    const { steps, end } = course(wishes({ validate: false, watch: false }), { switch: 'failed' })
    expect(steps).toBe('fetch build switch back tidy')
    expect(end.outcome).toBe('unchanged')
  })

  it('goes on after a crash once it is known that the change was made', () => {
    const plain = wishes({ validate: false, watch: false })
    expect(course(plain, { activate: 'cut-short' }, { found: 'new' }).steps).toBe(
      'fetch build switch activate inspect activate gate retire',
    )
    expect(course(plain, { switch: 'cut-short' }, { found: 'old' }).steps).toBe(
      'fetch build switch inspect tidy',
    )
    expect(course(plain, { activate: 'cut-short' }, { found: 'neither' }).end.outcome).toBe(
      'undone',
    )
  })

  it('is undone when somebody has put the link back under processes that run the new one', () => {
    const plain = wishes({ validate: false, watch: false })
    expect(course(plain, { activate: 'cut-short' }, { found: 'old' }).end.outcome).toBe('undone')
  })

  it('gives up what cannot be removed, says so, and does not try again on top of it', () => {
    const trail: StepRecord[] = [
      { step: 'fetch', end: 'done' },
      { step: 'build', end: 'failed', why: 'no space left on device' },
      ...Array.from({ length: 5 }, () => ({ step: 'tidy', end: 'failed' }) as const),
    ]
    const plan = planOf(wishes({ validate: false, tries: 3 }))
    expect(nextMove(plan, {}, trail.slice(0, -1))).toEqual({ step: 'tidy' })
    expect(nextMove(plan, {}, trail)).toMatchObject({
      end: { outcome: 'unchanged', left: true, cause: { step: 'build' } },
    })
  })

  it('acts on a bad watch only where it may', () => {
    const worse = { worse: 'it answers in 900 ms, before in 20 ms' }
    expect(course(wishes(), {}, worse).end).toMatchObject({
      outcome: 'undone',
      cause: { step: 'watch', why: worse.worse },
    })
    expect(course(wishes({ autoRollback: false }), {}, worse).end.outcome).toBe('done')
  })

  it('stands when what comes after it fails', () => {
    const { end } = course(wishes(), { retire: 'failed', watch: 'late' })
    expect(end).toMatchObject({ outcome: 'done', notes: [{ step: 'watch' }, { step: 'retire' }] })
  })

  it('is stuck when the earlier release does not come back', () => {
    const { end } = course(wishes(), { gate: 'failed', 'gate-old': 'failed' })
    expect(end).toMatchObject({
      outcome: 'stuck',
      cause: { step: 'gate' },
      trouble: { step: 'gate-old' },
    })
  })
})
