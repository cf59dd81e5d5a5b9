import fc from 'fast-check'
import { expect, test } from 'vitest'
import { incidentKey } from '../../src/core/incident.ts'
import { away } from '../support/chat.ts'
import { openWorld, type World } from '../support/flow.ts'
import { cannotSee } from '../support/plugins.ts'

const minute = 60_000

const yaml = `
checks:
  a: { kind: fake, of: a, every: 30s, warning: "used > 50%", critical: "used > 90%" }
  b: { kind: fake, of: b, every: 30s, critical: "down for 2m" }
  c: { kind: fake, of: c, every: 30s, warning: "down", fix: sweep }
fixes: { sweep: { kind: mend, attempts: 2, cooldown: 5m, verify: { within: 5s, every: 1s } } }
notify: { quiet_hours: { from: "22:00", to: "07:00" } }
`

const checks = ['a', 'b', 'c'] as const

type Step =
  | { readonly is: 'good' | 'bad' | 'worst' | 'blind'; readonly check: (typeof checks)[number] }
  | { readonly is: 'crash' | 'restart' | 'offline' | 'online' | 'suspend' | 'mendable' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      is: fc.constantFrom('good' as const, 'bad' as const, 'worst' as const, 'blind' as const),
      check: fc.constantFrom(...checks),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      is: fc.constantFrom(
        'crash' as const,
        'restart' as const,
        'offline' as const,
        'online' as const,
        'suspend' as const,
        'mendable' as const,
      ),
    }),
  },
)

const values = {
  good: { used: 10, down: false },
  bad: { used: 70, down: true },
  worst: { used: 95, down: true },
  blind: cannotSee,
}

async function take(world: World, step: Step): Promise<void> {
  if ('check' in step) world.seen.set(step.check, values[step.is])
  if (step.is === 'crash') await world.crash()
  if (step.is === 'restart') {
    await world.stop()
    await world.start()
  }
  if (step.is === 'offline') world.chat.answer = () => away
  if (step.is === 'online') world.chat.answer = () => undefined
  if (step.is === 'suspend') await world.clock.leap(90 * minute)
  if (step.is === 'mendable')
    world.act = async () => {
      world.seen.set('c', values.good)
      return 'swept'
    }
}

/** What must be so at any time. */
function holds(world: World): void {
  expect(world.faults).toEqual([])
  const open = world.store.incidents.open()
  expect(new Set(open.map(incidentKey)).size).toBe(open.length)
  for (const one of open) expect(one.told === 'yes').toBe(one.notice !== null)
}

test('whatever comes and goes: nothing is told twice, nothing is forgotten', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(step, fc.integer({ min: 1, max: 20 })), { maxLength: 14 }),
      fc.constantFrom('2026-03-10T09:00:00Z', '2026-03-10T20:00:00Z', '2026-03-11T05:00:00Z'),
      async (weather, at) => {
        const world = await openWorld(yaml, { at })
        for (const check of checks) world.seen.set(check, values.good)
        for (const [step, wait] of weather) {
          await take(world, step)
          await world.pass(wait * minute, 30_000)
          holds(world)
        }
        for (const check of checks) world.seen.set(check, values.good)
        world.chat.answer = () => undefined
        await world.pass(10 * minute, 20_000)
        await world.pass(14 * 60 * minute, 10 * minute)
        holds(world)
        expect(world.store.incidents.open()).toEqual([])
        expect(world.store.outbox.depth()).toEqual({ waiting: 0, oldest: null })
        const ended = world.store.incidents.recent(1_000)
        const told = world.chat.messages.filter((one) => one.replyTo === undefined)
        const incidents = told.filter((one) => !/I was away|Good morning|All well/.test(one.text))
        expect(incidents.length).toBeLessThanOrEqual(ended.length)
        for (const one of incidents) expect(one.text).toMatch(/^(?:✅|🕓|➖)/u)
        for (const one of world.chat.loud()) expect(one.text).toMatch(/ a | b |a$/m)
        const mornings = told.filter((one) => one.text.includes('Good morning'))
        expect(mornings.length).toBeLessThanOrEqual(3)
        await world.kill()
      },
    ),
    { numRuns: 8 },
  )
})
