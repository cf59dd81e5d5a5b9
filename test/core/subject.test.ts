import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Level, Recover } from '../../src/contract/level.ts'
import type { Value } from '../../src/contract/metric.ts'
import { severities } from '../../src/contract/severity.ts'
import {
  intervalOf,
  judge,
  type Judgement,
  levelKey,
  mostSevereFirst,
  phaseOf,
  type Rules,
  stoppedRules,
  type SubjectState,
  unknownRules,
} from '../../src/core/subject.ts'

interface Run {
  readonly value: Value
  readonly gap: number
}

const run: fc.Arbitrary<Run> = fc.record({
  value: fc.oneof(
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 100 }) },
  ),
  gap: fc.integer({ min: 0, max: 60_000 }),
})
const runs = fc.array(run, { minLength: 1, maxLength: 60 })

const levelOf = (severity: Level['severity']): fc.Arbitrary<Level> =>
  fc
    .record({
      value: fc.integer({ min: 20, max: 95 }),
      for: fc.constantFrom(0, 30_000, 120_000),
      failures: fc.integer({ min: 1, max: 3 }),
    })
    .map(({ value, failures, for: ms }) => ({
      severity,
      failures,
      threshold: { metric: 'used', op: '>', value, for: ms },
      text: `> ${value}% for ${ms} x${failures}`,
    }))

const recover: fc.Arbitrary<Recover> = fc.oneof(
  fc.record({
    runs: fc.integer({ min: 1, max: 3 }),
    margin: fc.constantFrom('default' as const, 'none' as const),
  }),
  fc
    .integer({ min: 5, max: 20 })
    .map((value): Recover => ({ threshold: { metric: 'used', op: '<', value, for: 0 } })),
)

const rules: fc.Arbitrary<Rules> = fc
  .record({
    levels: fc.tuple(...severities.map((one) => fc.option(levelOf(one)))),
    recover,
  })
  .map(({ levels, recover }) => ({
    levels: mostSevereFirst(levels.filter((one) => one !== null)),
    recover,
    units: { used: 'percent' as const },
  }))

const fold = (of: Rules, log: readonly Run[], from: SubjectState = {}): readonly Judgement[] => {
  let state = from
  return log.map(({ value, gap }) => {
    const judgement = judge(state, of, { used: value }, gap)
    state = judgement.state
    return judgement
  })
}

const isActive = (judgement: Judgement | undefined, level: Level): boolean =>
  judgement?.state[levelKey(level)]?.active ?? false

/** Known runs up to one, newest first. */
const known = (log: readonly Run[], until: number): readonly Run[] =>
  log
    .slice(0, until + 1)
    .filter((one) => one.value !== null)
    .toReversed()

const isBad = (level: Level, { value }: Run): boolean =>
  typeof value === 'number' && value > Number(level.threshold.value)

describe('judging', () => {
  test('a level begins only after its bad runs in a row, held long enough', () => {
    fc.assert(
      fc.property(rules, runs, (of, log) => {
        const judgements = fold(of, log)
        for (const level of of.levels)
          judgements.forEach((judgement, i) => {
            if (!isActive(judgement, level) || isActive(judgements[i - 1], level)) return
            const back = known(log, i)
            const until = back.findIndex((one) => !isBad(level, one))
            const row = until === -1 ? back : back.slice(0, until)
            expect(row.length).toBeGreaterThanOrEqual(level.failures)
            // The gap before the first of them does not count.
            const held = row.slice(0, -1).reduce((sum, one) => sum + one.gap, 0)
            expect(held).toBeGreaterThanOrEqual(level.threshold.for)
          })
      }),
    )
  })

  test('and it does begin then', () => {
    fc.assert(
      fc.property(rules, runs, (of, log) => {
        const judgements = fold(of, log)
        for (const level of of.levels)
          judgements.forEach((judgement, i) => {
            const back = known(log, i)
            const until = back.findIndex((one) => !isBad(level, one))
            const row = until === -1 ? back : back.slice(0, until)
            const held = row.slice(0, -1).reduce((sum, one) => sum + one.gap, 0)
            if (row.length >= level.failures && held >= level.threshold.for)
              expect(isActive(judgement, level)).toBe(true)
          })
      }),
    )
  })

  test('a level ends only after its good runs in a row, inside the margin', () => {
    fc.assert(
      fc.property(rules, runs, (of, log) => {
        const judgements = fold(of, log)
        for (const level of of.levels)
          judgements.forEach((judgement, i) => {
            if (isActive(judgement, level) || !isActive(judgements[i - 1], level)) return
            const back = known(log, i)
            const limit = Number(level.threshold.value)
            if ('threshold' in of.recover)
              return expect(back[0]?.value).toBeLessThan(Number(of.recover.threshold.value))
            const most = of.recover.margin === 'default' ? limit - 5 : limit
            const row = back.slice(0, of.recover.runs)
            expect(row).toHaveLength(of.recover.runs)
            for (const { value } of row) expect(value).toBeLessThanOrEqual(most)
          })
      }),
    )
  })

  test('unknown changes nothing at all', () => {
    fc.assert(
      fc.property(rules, runs, fc.array(fc.nat(60_000), { maxLength: 5 }), (of, log, gaps) => {
        const before = fold(of, log).at(-1)?.state ?? {}
        const after = fold(
          of,
          gaps.map((gap) => ({ value: null, gap })),
          before,
        )
        for (const { state, transition, phase } of after) {
          expect(state).toEqual(before)
          expect(phase).toBe(phaseOf(before))
          if (of.levels.length > 0) expect(transition).toEqual({ to: 'same', reason: 'unknown' })
        }
      }),
    )
  })

  test('is a fold: the same log gives the same, a restart in the middle changes nothing', () => {
    fc.assert(
      fc.property(rules, runs, fc.nat(), (of, log, where) => {
        const whole = fold(of, log)
        expect(fold(of, log)).toEqual(whole)
        const cut = where % log.length
        const kept = JSON.parse(JSON.stringify(whole[cut]?.state ?? {})) as SubjectState
        expect(fold(of, log.slice(cut + 1), kept)).toEqual(whole.slice(cut + 1))
      }),
    )
  })

  test('transitions and levels follow from what is active', () => {
    const worst = (of: Rules, state: SubjectState): Level | undefined =>
      of.levels.find((level) => state[levelKey(level)]?.active)
    fc.assert(
      fc.property(rules, runs, (of, log) => {
        let before: SubjectState = {}
        for (const { state, transition, phase, level } of fold(of, log)) {
          const [was, is] = [worst(of, before), worst(of, state)]
          const order = (one: Level | undefined): number => (one ? of.levels.indexOf(one) : 99)
          const { to } = transition
          if (!was && is) expect(to).toBe('opened')
          else if (was && !is) expect(to).toBe('ended')
          else if (order(is) < order(was)) expect(to).toBe('worse')
          else if (order(is) > order(was)) expect(to).toBe('better')
          else expect(to).toBe('same')
          expect(level?.severity).toBe(is?.severity)
          expect(phase === 'open' || phase === 'clearing').toBe(is !== undefined)
          expect(Object.values(state).every((one) => one.active || one.bad > 0)).toBe(true)
          before = state
        }
      }),
    )
  })
})

describe('levels', () => {
  const at = (severity: Level['severity'], value: number, ms = 0): Level => ({
    severity,
    threshold: { metric: 'used', op: '>', value, for: ms },
    failures: 1,
    text: `> ${value}%`,
  })
  const rules: Rules = {
    levels: mostSevereFirst([at('info', 50), at('critical', 90), at('warning', 80)]),
    recover: { runs: 2, margin: 'default' },
    units: { used: 'percent' },
  }

  test('stand most severe first', () => {
    expect(rules.levels.map(({ severity }) => severity)).toEqual(['critical', 'warning', 'info'])
  })

  test('rise and ease one by one', () => {
    const log = [60, 85, 95, 95, 82, 82, 60, 60, 40, 40].map((value) => ({ value, gap: 1 }))
    expect(
      fold(rules, log).map(({ transition, level }) => `${transition.to} ${level?.severity ?? '-'}`),
    ).toEqual([
      'opened info',
      'worse warning',
      'worse critical',
      'same critical',
      'same critical',
      'better warning',
      'same warning',
      'better info',
      'same info',
      'ended -',
    ])
  })

  test('a level that a reload took away is forgotten', () => {
    const [judgement] = fold(rules, [{ value: 95, gap: 0 }])
    const next: Rules = { ...rules, levels: [at('warning', 97)] }
    expect(judge(judgement?.state ?? {}, next, { used: 95 }, 1)).toMatchObject({
      state: {},
      phase: 'calm',
      transition: { to: 'same', reason: 'calm' },
      level: undefined,
    })
  })

  test('without any, nothing is ever wrong, and that is known', () => {
    const none: Rules = { ...rules, levels: [] }
    expect(judge({}, none, { used: 99 }, 1).transition).toEqual({ to: 'same', reason: 'calm' })
  })

  test('of one severity: the one that is bad right now is shown', () => {
    const inodes = { ...at('warning', 80), text: 'inodes' }
    const two: Rules = {
      ...rules,
      levels: [
        at('warning', 80),
        { ...inodes, threshold: { ...inodes.threshold, metric: 'inodes' } },
      ],
    }
    const first = judge({}, two, { used: 90, inodes: 10 }, 0)
    const second = judge(first.state, two, { used: 70, inodes: 95 }, 1)
    expect([first.level?.text, second.level?.text]).toEqual(['> 80%', 'inodes'])
    expect(second.transition.to).toBe('same')
  })
})

describe('the rules every check has', () => {
  test('cannot be checked: three runs and five minutes, over at once', () => {
    const seen = (unknown: boolean, gap: number) => ({ unknown, gap })
    const judged = (log: readonly { unknown: boolean; gap: number }[]): readonly string[] => {
      let state: SubjectState = {}
      return log.map(({ unknown, gap }) => {
        const judgement = judge(state, unknownRules, { unknown }, gap)
        state = judgement.state
        return judgement.transition.to
      })
    }
    expect(judged([seen(true, 0), seen(true, 299_999)])).toEqual(['same', 'same'])
    expect(judged([seen(true, 0), seen(true, 400_000)])).toEqual(['same', 'same'])
    expect(
      judged([seen(true, 0), seen(true, 200_000), seen(true, 100_000), seen(false, 1)]),
    ).toEqual(['same', 'same', 'opened', 'ended'])
  })

  test('stopped: at once, once, over at once', () => {
    const stopped = judge({}, stoppedRules, { stopped: true }, 0)
    expect(stopped.transition.to).toBe('opened')
    expect(judge(stopped.state, stoppedRules, { stopped: true }, 1).transition.to).toBe('same')
    expect(judge(stopped.state, stoppedRules, { stopped: false }, 1).transition.to).toBe('ended')
  })

  test('in doubt they look every 10 s, or as often as ever', () => {
    expect([intervalOf(60_000, true), intervalOf(5_000, true), intervalOf(60_000, false)]).toEqual([
      10_000, 5_000, 60_000,
    ])
  })
})
