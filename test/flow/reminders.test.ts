import { describe, expect, test } from 'vitest'
import { ben, openWorld } from '../support/flow.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

describe('a silence over something critical', () => {
  const yaml = `
checks:
  site: { kind: fake, of: site, every: 10s, critical: "down" }
  shop: { kind: fake, of: shop, every: 10s, critical: "down" }
`

  test('is said to end a quarter of an hour before, once, also after a restart', async () => {
    const world = await openWorld(yaml, { at: '2026-03-10T12:00:00Z' })
    world.house.silence('site', hour, ben)
    world.seen.set('site', { down: true })
    await world.pass(46 * minute)
    expect(world.chat.messages).toMatchObject([{ sound: false }])
    expect(world.chat.last().text).toBe(
      '🔔 The silence on site ends at 13:00. Then this sounds again:\n• 🔴 site is down',
    )
    expect(world.chat.last().buttons).toContain('Silence 1h')
    await world.crash()
    await world.pass(10 * minute)
    expect(world.chat.messages.filter(({ text }) => text.includes('🔔'))).toHaveLength(1)
  })

  test('prolonged, is said to end again at its new end', async () => {
    const world = await openWorld(yaml, { at: '2026-03-10T12:00:00Z' })
    world.house.silence('all', hour, ben)
    world.seen.set('site', { down: true })
    world.seen.set('shop', { down: true })
    await world.pass(46 * minute)
    expect(world.chat.last().text).toContain('🔔 The silence on everything ends at 13:00')
    world.house.silence('all', hour, ben)
    await world.pass(50 * minute)
    expect(world.chat.messages).toHaveLength(2)
    expect(world.chat.last().text).toContain('ends at 13:46')
  })

  test('over what is well ends without a word', async () => {
    const world = await openWorld(yaml)
    world.house.silence('site', hour, ben)
    world.seen.set('site', { down: false })
    await world.pass(2 * hour)
    expect(world.chat.tried).toEqual([])
  })
})

describe('secrets', () => {
  const yaml = `
notify: { heartbeat: off, quiet_hours: { from: "22:00", to: "07:00" } }
secrets: { BOT_TOKEN: { rotated: 2026-01-01 }, DB_PASSWORD: { rotated: 2026-03-01 } }
`

  test('that are due are named without a sound, every week until they were changed', async () => {
    const world = await openWorld(yaml, { at: '2026-03-31T12:00:00Z' })
    await world.pass(11 * hour, hour)
    expect(world.chat.tried).toEqual([])
    await world.pass(day, hour)
    expect(world.chat.messages).toMatchObject([{ sound: false, late: false }])
    expect(world.chat.last().text).toMatch(
      /^🔑 A secret is due to be changed\n• BOT_TOKEN: 90 days old, since 2026-01-01\n👉 /,
    )
    await world.crash()
    await world.pass(6 * day, hour)
    expect(world.chat.messages.filter(({ text }) => text.includes('🔑'))).toHaveLength(1)
    await world.pass(day, hour)
    expect(world.chat.last().text).toContain('BOT_TOKEN: 97 days old')
    await world.reload(yaml.replace('2026-01-01', '2026-04-09'))
    await world.pass(8 * day, hour)
    expect(world.chat.messages.filter(({ text }) => text.includes('🔑'))).toHaveLength(2)
  })

  test('wait for the day, and do not stand beside the brief of the morning', async () => {
    const world = await openWorld(yaml, { at: '2026-05-01T23:00:00Z' })
    await world.pass(8 * hour + 55 * minute, 5 * minute)
    expect(world.chat.tried).toEqual([])
    await world.pass(2 * hour, 5 * minute)
    const told = world.chat.messages.filter(({ text }) => text.includes('🔑'))
    expect(told).toMatchObject([{ sound: false, late: false }])
  })
})
