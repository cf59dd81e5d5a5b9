import { describe, expect, test } from 'vitest'
import type { Level, Recover, Threshold } from '../../src/contract/level.ts'
import type { Unit, Value } from '../../src/contract/metric.ts'
import { calmLevel, type LevelState, meets, recovers, stepLevel } from '../../src/core/evaluate.ts'

const threshold = (op: Threshold['op'], value: number | boolean, ms = 0): Threshold => ({
  metric: 'm',
  op,
  value,
  for: ms,
})

const level = (of: Threshold, failures = 1): Level => ({
  severity: 'warning',
  threshold: of,
  failures,
  text: 'text',
})

const usual: Recover = { runs: 2, margin: 'default' }

const run = (
  values: readonly (readonly [Value, number])[],
  of: Level,
  recover: Recover = usual,
  unit: Unit = 'percent',
): LevelState =>
  values.reduce<LevelState>(
    (state, [m, gap]) => stepLevel(state, of, recover, { m }, unit, gap),
    calmLevel,
  )

describe('a threshold', () => {
  test.each([
    ['>', 5, 5, false],
    ['>', 5, 5.1, true],
    ['>=', 5, 5, true],
    ['<', 5, 5, false],
    ['<=', 5, 5, true],
    ['==', 5, 5, true],
    ['!=', 5, 5, false],
    ['==', true, true, true],
    ['==', true, false, false],
    ['!=', true, false, true],
    ['==', 5, null, null],
    ['>', 5, undefined, null],
  ] as const)('%s %s of %s: %s', (op, value, seen, met) => {
    expect(meets(threshold(op, value), seen)).toBe(met)
  })
})

describe('good enough to end it', () => {
  const good = (of: Threshold, m: Value, unit: Unit, recover: Recover = usual): boolean | null =>
    recovers(level(of), recover, { m }, unit)

  test.each([
    ['5 points', threshold('>', 85), 'percent', 80, 80.1],
    ['5 points upwards', threshold('<', 10), 'percent', 15, 14.9],
    ['10 %', threshold('>', 200), 'bytes', 180, 181],
    ['10 % upwards', threshold('<', 200), 'bytes', 220, 219],
    ['10 % of a negative number', threshold('>', -200), 'number', -220, -219],
    ['what can be reached of 3 %', threshold('>', 3), 'percent', 1.5, 1.6],
    ['what can be reached of 99.9 %', threshold('<', 99.9), 'percent', 99.95, 99.94],
    ['whole things: a few', threshold('<', 1), 'count', 1, 0],
    ['whole things: some', threshold('>', 3), 'count', 3, 4],
    ['whole things: many', threshold('>', 150), 'count', 135, 136],
    ['zero', threshold('>', 0), 'number', 0, 0.1],
    ['no margin for equality', threshold('==', 3), 'number', 2.9, 3],
    ['flags', threshold('==', true), 'flag', false, true],
  ] as const)('%s', (_, of, unit, yes, no) => {
    expect([good(of, yes, unit), good(of, no, unit)]).toEqual([true, false])
  })

  test('a count of runs written in the file has no margin', () => {
    const plain: Recover = { runs: 3, margin: 'none' }
    expect(good(threshold('>', 85), 85, 'percent', plain)).toBe(true)
    expect(good(threshold('>', 85), 85.1, 'percent', plain)).toBe(false)
  })

  test('a recovery threshold counts for its own metric alone', () => {
    const recover: Recover = { threshold: threshold('<', 70) }
    expect(good(threshold('>', 85), 70, 'percent', recover)).toBe(false)
    expect(good(threshold('>', 85), 69, 'percent', recover)).toBe(true)
    const foreign: Recover = { threshold: { ...threshold('<', 70), metric: 'other' } }
    expect(good(threshold('>', 85), 80, 'percent', foreign)).toBe(true)
    expect(good(threshold('>', 85), 81, 'percent', foreign)).toBe(false)
  })

  test('what is not known is neither', () => {
    expect(good(threshold('>', 85), null, 'percent')).toBeNull()
    expect(recovers(level(threshold('>', 85)), usual, {}, 'percent')).toBeNull()
  })
})

describe('one level, run by run', () => {
  test('without `for` it takes `failures` bad runs in a row', () => {
    const of = level(threshold('>', 85), 3)
    expect(
      run(
        [
          [90, 0],
          [90, 9],
        ],
        of,
      ).active,
    ).toBe(false)
    expect(
      run(
        [
          [90, 0],
          [90, 9],
          [10, 9],
          [90, 9],
          [90, 9],
        ],
        of,
      ).active,
    ).toBe(false)
    expect(
      run(
        [
          [90, 0],
          [90, 9],
          [90, 9],
        ],
        of,
      ),
    ).toMatchObject({ active: true, bad: 3, held: 18 })
  })

  test('`for` counts from the first bad run', () => {
    const of = level(threshold('>', 85, 60))
    expect(
      run(
        [
          [90, 1_000],
          [90, 59],
        ],
        of,
      ).active,
    ).toBe(false)
    expect(
      run(
        [
          [90, 1_000],
          [90, 59],
          [90, 1],
        ],
        of,
      ).active,
    ).toBe(true)
    expect(
      run(
        [
          [90, 0],
          [90, 30],
          [10, 10],
          [90, 30],
          [90, 30],
        ],
        of,
      ).active,
    ).toBe(false)
  })

  test('unknown runs count for nothing', () => {
    const of = level(threshold('>', 85, 60), 2)
    expect(
      run(
        [
          [90, 0],
          [null, 500],
          [90, 59],
        ],
        of,
      ),
    ).toMatchObject({ active: false, bad: 2 })
    expect(
      run(
        [
          [90, 0],
          [null, 500],
          [90, 60],
        ],
        of,
      ).active,
    ).toBe(true)
  })

  test('ends after two good runs in a row; in between is neither', () => {
    const of = level(threshold('>', 85))
    expect(
      run(
        [
          [90, 0],
          [70, 9],
        ],
        of,
      ),
    ).toMatchObject({ active: true, good: 1 })
    expect(
      run(
        [
          [90, 0],
          [70, 9],
          [70, 9],
        ],
        of,
      ),
    ).toBe(calmLevel)
    expect(
      run(
        [
          [90, 0],
          [70, 9],
          [82, 9],
          [70, 9],
        ],
        of,
      ),
    ).toMatchObject({ active: true, good: 1 })
    expect(
      run(
        [
          [90, 0],
          [70, 9],
          [90, 9],
          [70, 9],
        ],
        of,
      ),
    ).toMatchObject({ active: true, good: 1 })
    expect(
      run(
        [
          [90, 0],
          [70, 9],
          [null, 9],
          [70, 9],
        ],
        of,
      ),
    ).toBe(calmLevel)
  })

  test('ends with the first run that meets a recovery threshold', () => {
    const of = level(threshold('>', 85))
    expect(
      run(
        [
          [90, 0],
          [79, 9],
        ],
        of,
        { threshold: threshold('<', 80) },
      ),
    ).toBe(calmLevel)
  })
})
