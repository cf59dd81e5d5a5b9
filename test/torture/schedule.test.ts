import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDice } from './dice.ts'
import { roundOf } from './schedule.ts'

const said = (seed: string): readonly string[] =>
  Array.from({ length: 38 }, (_, round) => roundOf(seed, round + 1).says)

test('the schedule is a pure function of the seed', () => {
  expect(said('a')).toEqual(said('a'))
  expect(said('a')).not.toEqual(said('b'))
})

test('a block of rounds has everything in it', () => {
  const all = said('c').join('\n')
  const wanted = ['kill -9 after commit', 'kill -9 at message', 'SIGTERM', 'SIGHUP with a config']
  const weather = ['flood', 'server-error', 'hang', 'reset', 'drop', 'garbage', 'slow', 'refused']
  const machine = ['disk full', 'read-only', 'locked', 'clock', 'descriptors', 'without tools']
  const input = ['hostile updates', 'mutated configs', 'mutated outputs']
  for (const part of [...wanted, ...weather, ...machine, ...input]) expect(all).toContain(part)
})

test('dice give what they were asked for', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.integer({ min: 1, max: 1_000 }),
      fc.array(fc.nat()),
      (seed, limit, list) => {
        const dice = createDice(seed)
        const rolled = dice.below(limit)
        expect(Number.isInteger(rolled) && rolled >= 0 && rolled < limit).toBe(true)
        const order = (a: number, b: number): number => a - b
        expect(dice.shuffled(list).toSorted(order)).toEqual(list.toSorted(order))
      },
    ),
  )
})
