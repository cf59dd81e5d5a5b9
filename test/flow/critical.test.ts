import { describe, expect, test } from 'vitest'
import { asha, openWorld, type World } from '../support/flow.ts'

const minute = 60_000

const down = async (at: string, more = ''): Promise<World> => {
  const world = await openWorld(
    `
checks:
  site: { kind: fake, of: site, every: 10s, critical: "down" }
notify: { quiet_hours: { from: "22:00", to: "07:00" } ${more} }
`,
    { at },
  )
  world.seen.set('site', { down: true })
  await world.advance(15_000)
  return world
}

const well = async (world: World): Promise<void> => {
  world.seen.set('site', { down: false })
  await world.advance(minute)
}

const day = '2026-03-10T12:00:00Z'
const night = '2026-03-10T02:00:00Z'

describe('a critical incident', () => {
  test('arrives with sound at any hour, at once', async () => {
    const world = await down(night)
    expect(world.chat.messages).toMatchObject([{ sound: true }])
  })

  test('its recovery edits the message and answers with sound by day', async () => {
    const world = await down(day)
    await well(world)
    expect(world.chat.messages).toMatchObject([{ edits: 1 }, { sound: true, replyTo: 100 }])
    expect(world.chat.last().text).toContain('✅ site is fine again')
  })

  test('silently at night', async () => {
    const world = await down(night)
    await well(world)
    expect(world.chat.messages).toMatchObject([{ edits: 1 }, { sound: false, replyTo: 100 }])
  })

  test('with sound at night for whoever had taken it', async () => {
    const world = await down(night)
    expect(world.house.acknowledge(world.incident('site').id, asha)).toBe(true)
    await well(world)
    expect(world.chat.messages).toMatchObject([{ edits: 2 }, { sound: true, replyTo: 100 }])
  })

  test('reminds after 15 minutes, then hourly, four times in all', async () => {
    const world = await down(night)
    const start = world.incident('site').toldAt ?? 0
    const at: number[] = []
    for (let count = 1; at.length < 4 && count < 600; count++) {
      await world.pass(minute, minute)
      if (world.chat.messages.length > at.length + 1) at.push(world.clock.now() - start)
    }
    expect(at.map((ms) => Math.round(ms / minute))).toEqual([15, 75, 135, 195])
    await world.pass(6 * 60 * minute, 5 * minute)
    expect(world.chat.messages).toHaveLength(5)
    expect(world.chat.messages.slice(1)).toMatchObject(
      at.map(() => ({ sound: true, replyTo: 100 })),
    )
    expect(world.chat.last().text).toContain('⏰ Still open after')
    expect(world.chat.last().buttons).toEqual(['Acknowledge', 'Details'])
  })

  test('does not remind whoever has taken it', async () => {
    const world = await down(day)
    expect(world.house.acknowledge(world.incident('site').id, asha)).toBe(true)
    expect(world.house.acknowledge(world.incident('site').id, asha)).toBe(false)
    await world.pass(3 * 60 * minute)
    expect(world.chat.messages).toMatchObject([{ edits: 1 }])
    expect(world.chat.last().text).toContain('👤 Asha is on it')
    expect(world.chat.last().buttons).not.toContain('Acknowledge')
  })

  test('does not pile up reminders of a message that never arrived', async () => {
    const world = await openWorld(`
checks:
  site: { kind: fake, of: site, every: 10s, critical: "down" }
`)
    world.chat.answer = () => ({ is: 'later', after: 1, why: 'away', wholeBot: true })
    world.seen.set('site', { down: true })
    await world.pass(3 * 60 * minute, minute)
    world.chat.answer = () => undefined
    await world.pass(2 * minute)
    expect(world.chat.messages.filter((one) => one.replyTo === undefined)).toMatchObject([
      { sound: true, late: true },
    ])
    expect(world.chat.messages.length).toBeLessThanOrEqual(2)
  })
})
