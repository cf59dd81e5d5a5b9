import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inForce, type Plan, planChanges } from '../../../src/core/tasks/plan.ts'

const plans: fc.Arbitrary<Plan> = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    kind: fc.constantFrom('clean-files', 'rolling-restart'),
    schedule: fc.constantFrom('0 1 * * *', '0 2 * * *'),
    zone: fc.constantFrom('UTC', 'Asia/Kolkata'),
  }),
  { selector: ({ name }) => name },
)

const byName = (plan: Plan): Plan => plan.toSorted((a, b) => a.name.localeCompare(b.name))

test('what the diff says, done to the old plan, gives the new one', () => {
  fc.assert(
    fc.property(plans, plans, (before, after) => {
      const changes = planChanges(before, after)
      const gone = new Set(changes.filter(({ sign }) => sign === '-').map(({ name }) => name))
      const come = changes.filter(({ sign }) => sign === '+')
      const kept = before.filter(({ name }) => !gone.has(name))
      const plain = come.map(({ sign: _sign, ...planned }) => planned)
      expect(byName([...kept, ...plain])).toEqual(byName(after))
    }),
  )
})

test('there is no change just when both are the same, in whatever order', () => {
  fc.assert(
    fc.property(plans, plans, (before, after) => {
      const same = JSON.stringify(byName(before)) === JSON.stringify(byName(after))
      expect(planChanges(before, after).length === 0).toBe(same)
      expect(planChanges(before, before.toReversed())).toEqual([])
    }),
  )
})

test('until it is confirmed nothing runs that is gone or new, and nothing at a new time', () => {
  fc.assert(
    fc.property(plans, plans, (confirmed, wanted) => {
      for (const one of inForce(confirmed, wanted)) {
        expect(confirmed).toContainEqual(one)
        expect(wanted.map(({ name, kind }) => `${name} ${kind}`)).toContain(
          `${one.name} ${one.kind}`,
        )
      }
      expect(byName(inForce(confirmed, confirmed))).toEqual(byName(confirmed))
    }),
  )
})

test('the old line stands above the new one', () => {
  const at = (schedule: string) => ({ name: 'a', kind: 'clean-files', schedule, zone: 'UTC' })
  expect(planChanges([at('0 1 * * *')], [at('0 2 * * *')]).map(({ sign }) => sign)).toEqual([
    '-',
    '+',
  ])
})
