import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openWorld, type World } from '../support/flow.ts'
import { cannotSee } from '../support/plugins.ts'
import { patience, tries } from '../support/runs.ts'
import { blindness, type Look, recordOf, type Said, spansOf } from './history.ts'

const minute = 60_000
const timeout = 10_000

interface Rule {
  readonly limit: number
  readonly for: number
  readonly failures: number
  readonly recover: number
  readonly every: number
}

const rule: fc.Arbitrary<Rule> = fc.record({
  limit: fc.constantFrom(50, 80),
  for: fc.constantFrom(0, 0, 30_000, 3 * minute),
  failures: fc.integer({ min: 1, max: 3 }),
  recover: fc.integer({ min: 1, max: 3 }),
  every: fc.constantFrom(5_000, 30_000, 2 * minute),
})

/** What comes next: a value to see, then a time, in steps as coarse as a busy machine makes them. */
type Step =
  | { readonly is: 'see'; readonly value: number | null }
  | { readonly is: 'wait'; readonly ms: number; readonly step: number }
  | { readonly is: 'suspend' | 'jump'; readonly ms: number }
  | { readonly is: 'crash' | 'stop'; readonly away: number }

const value = fc.constantFrom(10, 46, 49, 50, 51, 76, 79, 81, 99, null)

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ is: fc.constant('see' as const), value }) },
  {
    weight: 5,
    arbitrary: fc.record({
      is: fc.constant('wait' as const),
      ms: fc.integer({ min: 1_000, max: 5 * minute }),
      step: fc.constantFrom(1_000, 7_000, 20_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      is: fc.constantFrom('crash' as const, 'stop' as const),
      away: fc.constantFrom(0, 5_000, 90_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      is: fc.constant('suspend' as const),
      ms: fc.integer({ min: 1_000, max: 90 * minute }),
    }),
  },
)

const jump = fc.record({
  is: fc.constant('jump' as const),
  ms: fc.constantFrom(-365 * 24 * 60 * minute, -5 * minute, -1_000, 2_000, 90 * minute),
})

const yamlOf = (rules: Readonly<Record<string, Rule>>): string => `
notify: { quiet_hours: off }
checks:
${Object.entries(rules)
  .map(
    ([name, one]) =>
      `  ${name}: { kind: fake, of: ${name}, every: ${one.every / 1_000}s, recover: ${one.recover},` +
      ` failures: ${one.failures}, warning: "used > ${one.limit}%${one.for > 0 ? ` for ${one.for / 1_000}s` : ''}" }`,
  )
  .join('\n')}
`

const saidOf = (one: Rule): Said => ({
  severity: 'warning',
  isBad: (seen) => seen !== null && seen > one.limit,
  isBlind: (seen) => seen === null,
  // A count of runs in the file has no margin.
  isGood: (seen) => seen !== null && seen <= one.limit,
  failures: one.failures,
  for: one.for,
  runs: one.recover,
})

interface Lived {
  readonly world: World
  readonly looks: ReadonlyMap<string, readonly Look[]>
}

/** Lives through it; every look of every check is on record. */
async function live(
  rules: Readonly<Record<string, Rule>>,
  steps: readonly (Step & { readonly check?: string })[],
): Promise<Lived> {
  const world = await openWorld(yamlOf(rules))
  const looks = new Map<string, Look[]>()
  const now = new Map<string, number | null>()
  let life = 0
  for (const name of Object.keys(rules)) {
    looks.set(name, [])
    now.set(name, 10)
    world.seen.set(name, async () => {
      const seen = now.get(name) ?? null
      const { clock } = world
      looks.get(name)?.push({ at: clock.now(), mono: clock.monotonic(), life, value: seen })
      if (seen === null) throw cannotSee
      return { used: seen }
    })
  }
  for (const one of steps) {
    if (one.is === 'see')
      for (const name of now.keys())
        if (one.check === undefined || one.check === name) now.set(name, one.value)
    if (one.is === 'wait') await world.pass(one.ms, one.step)
    if (one.is === 'suspend') await world.clock.leap(one.ms)
    if (one.is === 'jump') world.clock.jump(one.ms)
    if (one.is !== 'crash' && one.is !== 'stop') continue
    if (one.is === 'crash') await world.kill()
    else await world.stop()
    await world.clock.advance(one.away)
    life++
    await world.start()
  }
  return { world, looks }
}

const judged = ({ world, looks }: Lived, rules: Readonly<Record<string, Rule>>): void => {
  expect(world.faults).toEqual([])
  for (const [name, one] of Object.entries(rules)) {
    const seen = looks.get(name) ?? []
    const spans = spansOf(seen, saidOf(one), one.every, timeout)
    expect(recordOf(world, name, 'threshold')).toEqual(spans)
    const blind = spansOf(seen, blindness, one.every, timeout)
    expect(recordOf(world, name, 'unknown')).toEqual(blind)
  }
}

test(
  'no incident without a cause in the readings, no cause without an incident, killed or not',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        rule,
        fc.array(step, { minLength: 5, maxLength: 30 }),
        async (one, steps) => {
          const lived = await live({ a: one }, steps)
          await using _world = lived.world
          judged(lived, { a: one })
        },
      ),
      tries(25),
    )
  },
  patience,
)

test(
  'nor does a wall clock that jumps while it runs begin or end anything',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        rule,
        fc.array(fc.oneof(step, jump), { maxLength: 25 }),
        async (one, all) => {
          // Across a start there is no other clock than that of the wall.
          const steps = all.filter(({ is }) => is !== 'crash' && is !== 'stop')
          const { world, looks } = await live({ a: one }, steps)
          await using _world = world
          expect(world.faults).toEqual([])
          const spans = spansOf(looks.get('a') ?? [], saidOf(one), one.every, timeout)
          const record = recordOf(world, 'a', 'threshold')
          expect(record.map(({ until }) => until === null)).toEqual(
            spans.map(({ until }) => until === null),
          )
        },
      ),
      tries(10),
    )
  },
  patience,
)

test(
  'order loses nothing: what two checks see apart comes to the same as what they see together',
  async () => {
    const own = step.filter(({ is }) => is !== 'crash' && is !== 'stop')
    const tagged = fc
      .tuple(own, fc.constantFrom('a', 'b'))
      .map(([one, check]) => ({ ...one, check }))
    await fc.assert(
      fc.asyncProperty(
        rule,
        rule,
        fc.array(tagged, { minLength: 5, maxLength: 25 }),
        async (a, b, steps) => {
          const both = await live({ a, b }, steps)
          const alone = [await live({ a }, steps), await live({ b }, steps)]
          await using _both = both.world
          for (const [index, name] of ['a', 'b'].entries()) {
            const one = alone[index]?.world
            expect(recordOf(both.world, name, 'threshold')).toEqual(
              one && recordOf(one, name, 'threshold'),
            )
            await one?.[Symbol.asyncDispose]()
          }
          const order = both.world.events().map((event) => event as unknown as { at: number })
          expect(order.map(({ at }) => at)).toEqual(
            order.map(({ at }) => at).toSorted((x, y) => x - y),
          )
        },
      ),
      tries(6),
    )
  },
  patience,
)

test(
  'unknown changes nothing of other causes: looks that see nothing in between, and the same incidents',
  async () => {
    const plain = rule.map((one) => ({ ...one, for: 0, every: 30_000 }))
    const seen = fc.array(
      fc.tuple(
        value.filter((one) => one !== null),
        fc.nat(3),
      ),
      { maxLength: 20 },
    )
    await fc.assert(
      fc.asyncProperty(plain, seen, async (one, log) => {
        const outcome = async (blind: boolean): Promise<readonly string[]> => {
          await using world = await openWorld(yamlOf({ a: one }))
          const queue = log.flatMap(([next, blinks]): (number | null)[] => [
            ...Array<null>(blind ? blinks : 0).fill(null),
            next,
          ])
          const last = log.at(-1)?.[0] ?? 10
          let shown = 0
          const history: string[] = []
          world.seen.set('a', async () => {
            const next = queue.shift()
            if (next === null) throw cannotSee
            if (next !== undefined) shown++
            return { used: next ?? last }
          })
          while (queue.length > 0) {
            await world.pass(10_000, 10_000)
            const open = world.store.incidents.open().some(({ cause }) => cause === 'threshold')
            history[shown] = open ? 'open' : 'calm'
          }
          return history.slice(1)
        }
        expect(await outcome(true)).toEqual(await outcome(false))
      }),
      tries(8),
    )
  },
  patience,
)
