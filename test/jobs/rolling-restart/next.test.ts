import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StepEnd, StepRecord } from '../../../src/core/job/record.ts'
import { notBegun, type RollingMemory } from '../../../src/jobs/rolling-restart/memory.ts'
import { nextOfRolling } from '../../../src/jobs/rolling-restart/next.ts'

const fresh = (count: number): RollingMemory => ({
  task: 'weekly',
  services: Array.from({ length: count }, (_, index) => ({
    name: `s${index}`,
    severity: 'warning',
  })),
  within: 60_000,
  hold: 10_000,
  watch: 120_000,
  ...notBegun,
})

/** How one step ends, and whether what it was about had been done when it did. */
interface Turn {
  readonly end: StepEnd
  readonly effect: boolean
}

const turn: fc.Arbitrary<Turn> = fc.record({
  end: fc.constantFrom<StepEnd>(
    'done',
    'done',
    'done',
    'done',
    'failed',
    'late',
    'cut-short',
    'cancelled',
  ),
  effect: fc.boolean(),
})

/** Plays a course through: what each step leaves in memory, whatever becomes of it. */
function play(count: number, turns: readonly Turn[]) {
  let memory = fresh(count)
  const trail: StepRecord[] = []
  const restarts: { readonly at: number; readonly effect: boolean }[] = []
  let since = 0
  for (let number = 0; number < 400; number++) {
    const move = nextOfRolling(memory, trail)
    if ('end' in move) return { end: move.end, memory, trail, restarts }
    const { end, effect } = turns[number] ?? { end: 'done' as const, effect: true }
    const { step } = move
    const done = end === 'done' || (end === 'cut-short' && effect)
    if (step === 'restart') {
      restarts.push({ at: memory.at, effect: done })
      since = done ? 1 : since
      memory = { ...memory, begunAt: since }
    }
    if (step === 'settle' && end === 'done') memory = { ...memory, fresh: since > 0 }
    if (step === 'watch' && end === 'done') {
      const name = memory.services[memory.at]?.name ?? ''
      memory = { ...memory, at: memory.at + 1, begunAt: 0, restarted: [...memory.restarted, name] }
      since = 0
    }
    trail.push({ step, end, why: 'a reason' })
  }
  throw new Error('it does not come to an end')
}

const courses = fc.tuple(fc.nat(5), fc.array(turn, { maxLength: 40 }))

test('it always comes to an end', () => {
  fc.assert(fc.property(courses, ([count, turns]) => void play(count, turns)))
})

test('nothing is restarted again that was restarted', () => {
  fc.assert(
    fc.property(courses, ([count, turns]) => {
      const { restarts, trail } = play(count, turns)
      for (const [index, { at }] of restarts.entries()) {
        const earlier = restarts.slice(0, index).filter((one) => one.at === at)
        // An attempt that took effect is followed by another only where it did not come back.
        if (earlier.some(({ effect }) => effect))
          expect(trail.some(({ step, end }) => step === 'settle' && end === 'failed')).toBe(true)
        expect(earlier.length).toBeLessThan(3)
      }
    }),
  )
})

test('one after the other, each watched before the next', () => {
  fc.assert(
    fc.property(courses, ([count, turns]) => {
      const { restarts } = play(count, turns)
      const order = restarts.map(({ at }) => at)
      expect(order).toEqual(order.toSorted((a, b) => a - b))
    }),
  )
})

test('what is said to be restarted was, and nothing was begun after one that did not come back', () => {
  fc.assert(
    fc.property(courses, ([count, turns]) => {
      const { end, memory, restarts } = play(count, turns)
      for (const name of memory.restarted)
        expect(restarts.some(({ at, effect }) => `s${at}` === name && effect)).toBe(true)
      if (end.outcome === 'not-back') {
        expect(Math.max(...restarts.map(({ at }) => at))).toBe(memory.at)
        expect(end.ok).toBe(false)
      }
      if (end.ok) expect(memory.restarted).toHaveLength(count)
    }),
  )
})

test('a critical service that does not come back is told as critical', () => {
  const memory: RollingMemory = {
    ...fresh(0),
    services: [
      { name: 'web', severity: 'critical' },
      { name: 'api', severity: 'warning' },
    ],
  }
  const trail: readonly StepRecord[] = [
    { step: 'restart', end: 'done' },
    { step: 'settle', end: 'failed', why: 'down for 60s' },
  ]
  const move = nextOfRolling(memory, trail)
  expect(move).toMatchObject({ end: { outcome: 'not-back', severity: 'critical' } })
  expect(JSON.stringify(move)).toContain('"names":"api"')
})

test.each(['failed', 'late'] as const)(
  'one that was never touched did not “not come back”: %s',
  (end) => {
    const memory: RollingMemory = {
      ...fresh(0),
      services: [
        { name: 'web', severity: 'critical' },
        { name: 'api', severity: 'warning' },
      ],
    }
    const trail: readonly StepRecord[] = [{ step: 'restart', end, why: 'PM2 does not answer' }]
    const untouched = nextOfRolling(memory, trail)
    expect(untouched).toMatchObject({
      end: { outcome: 'interrupted', ok: false, severity: 'warning' },
    })
    expect(JSON.stringify(untouched)).toContain('"names":"web, api"')
    const touched = nextOfRolling({ ...memory, begunAt: 1 }, trail)
    expect(touched).toMatchObject({ end: { outcome: 'not-back', severity: 'critical' } })
  },
)

test('new errors are told, and stop nothing', () => {
  const news = [{ service: 's0', patterns: ['it broke'] }]
  const memory = { ...fresh(1), at: 1, restarted: ['s0'], news }
  const trail: readonly StepRecord[] = [{ step: 'watch', end: 'done' }]
  expect(nextOfRolling(memory, trail)).toMatchObject({
    end: { ok: true, outcome: 'new-errors', severity: 'warning' },
  })
})
