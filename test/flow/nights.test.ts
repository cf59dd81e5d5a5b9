import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openWorld } from '../support/flow.ts'
import { patience, tries } from '../support/runs.ts'

const minute = 60_000
const hour = 60 * minute

/** Nights in which clocks change, or never do: half an hour off, by half an hour, either way. */
const nights = [
  ['Europe/Berlin', '2026-03-28T12:00:00Z'],
  ['Europe/Berlin', '2026-10-24T12:00:00Z'],
  ['America/St_Johns', '2026-03-07T15:00:00Z'],
  ['America/St_Johns', '2026-10-31T15:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T02:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T02:00:00Z'],
  ['Asia/Kolkata', '2026-03-10T06:30:00Z'],
] as const

const edges = ['22:00', '23:30', '01:45', '02:15', '02:30'] as const

/** Minutes of the day that a clock on the wall shows, by the runtime's own tables. */
function wall(at: number, zone: string): number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
  })
  const [hours = 0, minutes = 0] = format.format(at).split(':').map(Number)
  return hours * 60 + minutes
}

const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))

/** The wall clock shows a time of the night; false beside an hour that comes twice or not at all. */
function isSurelyNight(at: number, from: string, to: string, zone: string): boolean {
  const night = (when: number): boolean => {
    const shown = wall(when, zone)
    const [begin, end] = [minutesOf(from), minutesOf(to)]
    return begin > end ? shown >= begin || shown < end : shown >= begin && shown < end
  }
  return [-61, -31, 0, 31, 61].every((off) => night(at + off * minute))
}

const weather = fc.array(
  fc.record({
    check: fc.constantFrom('calm', 'alarm'),
    down: fc.boolean(),
    wait: fc.integer({ min: 5, max: 150 }),
    again: fc.constantFrom('', '', '', 'crash', 'stop'),
  }),
  { minLength: 6, maxLength: 16 },
)

test(
  'in any night of any zone: nothing but what is critical, and the rest in one brief, restarted or not',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...nights),
        fc.constantFrom(...edges),
        weather,
        async ([zone, at], from, steps) => {
          await using world = await openWorld(
            `timezone: ${zone}
notify: { quiet_hours: { from: "${from}", to: "07:00" }, heartbeat: { schedule: "0 9 * * *", send: on-change } }
checks:
  calm: { kind: fake, of: calm, every: 1m, warning: "down" }
  alarm: { kind: fake, of: alarm, every: 1m, critical: "down" }`,
            { at },
          )
          const wrong: string[] = []
          world.chat.answer = ({ op, message }) => {
            const text = JSON.stringify(message)
            const loud = text.includes('"alarm"') && !text.includes('"calm"')
            if (op === 'send' && !loud && isSurelyNight(world.clock.now(), from, '07:00', zone))
              wrong.push(`${new Date(world.clock.now()).toISOString()} ${text.slice(0, 200)}`)
            return undefined
          }
          for (const name of ['calm', 'alarm']) world.seen.set(name, { down: false })
          const heldBy = new Map<number, boolean>()
          for (const { check, down, wait, again } of steps) {
            world.seen.set(check, { down })
            await world.pass(wait * minute, 10 * minute)
            for (const one of world.store.incidents.open()) heldBy.set(one.id, one.told === 'held')
            if (again === 'crash') await world.crash()
            if (again === 'stop') {
              await world.stop()
              await world.start()
            }
          }
          await world.pass(26 * hour, 20 * minute)
          expect(wrong).toEqual([])
          expect(world.faults).toEqual([])
          const ends = world.chat.messages.filter(({ text }) => text.includes('Good morning'))
          // Two nights lie within the time of this test, at most; each has one brief.
          expect(ends.length).toBeLessThanOrEqual(2)
          // What was held came in a brief, and as nothing else.
          const open = world.store.incidents.open().filter(({ check }) => check === 'calm')
          for (const one of open) expect(one.told).toBe('yes')
          const alone = world.chat.messages.filter(({ text }) => /^. calm is down/u.test(text))
          const told = world.store.incidents
            .recent(100)
            .filter(({ id, check }) => check === 'calm' && !heldBy.get(id))
          expect(alone.length).toBeLessThanOrEqual(told.length)
        },
      ),
      tries(5),
    )
  },
  patience,
)
