import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextMove, type Plan } from '../../../src/core/backup/course.ts'
import type { StepRecord } from '../../../src/core/job/record.ts'
import { tries } from '../../support/runs.ts'
import { type Chance, createWorld } from './world.ts'

const ends = ['done', 'failed', 'late', 'cancelled', 'cut-short'] as const

interface Wishes {
  readonly stops: 'never' | 'stage' | 'upload'
  readonly keep: boolean
  readonly again: number
}

const planOf = ({ stops, keep, again }: Wishes, verdict: string | null): Plan => ({
  steps: [
    'clear',
    'inspect',
    ...(stops === 'never' ? [] : ['stop']),
    'stage',
    ...(stops === 'stage' ? ['start-again'] : []),
    'upload',
    ...(stops === 'upload' ? ['start-again'] : []),
    'confirm',
  ],
  mends: stops === 'never' ? [] : [{ step: 'stop', by: 'start-again' }],
  looks: ['clear', 'inspect', 'confirm'],
  extras: keep && verdict === 'good' ? ['keep'] : [],
  tidying: ['tidy'],
  failing: ['record'],
  again,
})

const anyWishes: fc.Arbitrary<Wishes> = fc.record({
  stops: fc.constantFrom('never', 'stage', 'upload'),
  keep: fc.boolean(),
  again: fc.integer({ min: 0, max: 2 }),
})

/** Most steps go well, or the end of a backup would seldom be reached. */
const anyChance: fc.Arbitrary<Chance> = fc.record({
  end: fc.oneof(
    { weight: 6, arbitrary: fc.constant('done' as const) },
    { weight: 2, arbitrary: fc.constantFrom(...ends) },
  ),
  happened: fc.boolean(),
  poor: fc.boolean(),
})

const cancellable = new Set(['inspect', 'stage', 'upload', 'confirm'])
/** Three tries of nine steps, and everything repeated as often as it may be. */
const bound = 150

/** @param ever what befalls it goes on as it began, else all is well from some time on */
function play(wishes: Wishes, chances: readonly Chance[], ever: boolean) {
  const world = createWorld()
  const trail: StepRecord[] = []
  for (let at = 0; at <= bound; at++) {
    const move = nextMove(planOf(wishes, world.verdict()), trail)
    if ('end' in move) return { end: move.end, trail, world: world.state(), wishes }
    const drawn = chances[ever ? at % chances.length : at]
    const { end, ...chance } = drawn ?? { end: 'done', happened: true, poor: false }
    const can = end !== 'cancelled' || cancellable.has(move.step)
    const ended = can ? end : 'failed'
    world.pass(move.step, { ...chance, end: ended })
    trail.push({ step: move.step, end: ended, ...(ended !== 'done' && { why: ended }) })
  }
  throw new Error(`it goes on for ever: ${trail.map(({ step }) => step).join(' ')}`)
}

type Game = ReturnType<typeof play>

const property = (holds: (game: Game) => void): void =>
  fc.assert(
    fc.property(
      fc.tuple(anyWishes, fc.array(anyChance, { maxLength: 60 }), fc.boolean()),
      ([wishes, chances, ever]) => {
        holds(play(wishes, chances, ever))
      },
    ),
    tries(3_000),
  )

const noted = ({ end }: Game, step: string): boolean => end.notes.some((one) => one.step === step)

describe('any backup, whatever befalls it', () => {
  it('does nothing that must never be done', () => {
    property(({ world }) => expect(world.broken).toEqual([]))
  })

  it('leaves no scratch, no lock and no child of ours, or says so', () => {
    property((game) => {
      if (noted(game, 'tidy')) return
      const { scratch, lock, leftover } = game.world
      expect({ scratch, lock, leftover }).toEqual({ scratch: false, lock: false, leftover: false })
    })
  })

  it('starts again what it has stopped, or says that it could not', () => {
    property(({ world, end }) => {
      expect(world.serviceUp || end.stuck.length > 0).toBe(true)
    })
  })

  it('has the service stopped no longer than it must be', () => {
    property(({ trail, wishes }) => {
      if (wishes.stops === 'never') return
      const until = wishes.stops === 'stage' ? ['stop', 'stage'] : ['stop', 'stage', 'upload']
      let down = false
      for (const { step, end } of trail) {
        if (step === 'stop') down = true
        if (step === 'start-again' && end === 'done') down = false
        if (down && step !== 'start-again' && !until.includes(step))
          expect(trail.filter((one) => one.step === 'start-again').length).toBeGreaterThan(4)
      }
    })
  })

  it('is done when its snapshot was confirmed, and then alone', () => {
    property(({ end, world, trail }) => {
      const confirmed = trail.some((one) => one.step === 'confirm' && one.end === 'done')
      expect(end.outcome === 'done').toBe(confirmed)
      if (confirmed) expect(world.rows.at(-1)).not.toBe('failed')
    })
  })

  it('writes down every try that went wrong by itself, once', () => {
    property(({ end, world, trail, wishes }) => {
      expect(end.tries).toBeLessThanOrEqual(wishes.again + 1)
      if (trail.some(({ step, end }) => step === 'record' && end !== 'done')) return
      const failed = world.rows.filter((row) => row === 'failed').length
      const wrong = end.outcome === 'failed' || end.outcome === 'interrupted' ? 1 : 0
      expect(failed).toBe(end.tries - 1 + wrong)
    })
  })

  it('names what went wrong first', () => {
    property(({ end }) => {
      expect(end.cause === undefined).toBe(end.outcome === 'done')
      if (end.outcome === 'cancelled') expect(end.cause?.end).toBe('cancelled')
      if (end.outcome === 'interrupted') expect(end.cause?.end).toBe('cut-short')
    })
  })
})

describe('what follows what', () => {
  const wishes: Wishes = { stops: 'stage', keep: true, again: 0 }
  const steps = (chances: readonly Chance[]): string =>
    play(wishes, chances, false)
      .trail.map(({ step }) => step)
      .join(' ')
  const done: Chance = { end: 'done', happened: true, poor: false }
  const cut: Chance = { ...done, end: 'cut-short' }

  it('goes straight through where all is well', () => {
    expect(steps([])).toBe('clear inspect stop stage start-again upload confirm keep tidy')
  })

  it('removes nothing after a doubtful run', () => {
    const poor = Array.from({ length: 9 }, () => ({ ...done, poor: true }))
    expect(steps(poor)).toBe('clear inspect stop stage start-again upload confirm tidy')
  })

  it('looks once more at a snapshot where it was cut short while it looked', () => {
    expect(steps([done, done, done, done, done, done, cut])).toBe(
      'clear inspect stop stage start-again upload confirm clear confirm keep tidy',
    )
  })

  it('starts what it has stopped before it tidies up', () => {
    expect(steps([done, done, done, cut])).toBe('clear inspect stop stage start-again tidy record')
  })

  it('goes on although a service does not start again', () => {
    const failed: Chance = { ...done, end: 'failed' }
    const chances = [done, done, done, done, failed, failed, failed, failed, failed]
    const { end } = play(wishes, chances, false)
    expect(end).toMatchObject({ outcome: 'done', stuck: [{ step: 'start-again' }] })
  })

  it('begins anew after a kill as often as it may', () => {
    const { trail } = play({ stops: 'never', keep: false, again: 1 }, [done, done, cut], false)
    expect(trail.map(({ step }) => step).join(' ')).toBe(
      'clear inspect stage tidy record clear inspect stage upload confirm tidy',
    )
  })
})
