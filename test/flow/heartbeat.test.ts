import { describe, expect, test } from 'vitest'
import { openWorld, type World } from '../support/flow.ts'
import { cannotSee } from '../support/plugins.ts'

const minute = 60_000
const hour = 60 * minute

const yaml = (send: string): string => `
checks:
  disk: { kind: fake, of: disk, every: 1m, warning: "used > 85%", fix: sweep }
  note: { kind: fake, of: note, every: 1m, info: "used > 85%" }
fixes: { sweep: { kind: mend, verify: { within: 3s, every: 1s } } }
notify:
  quiet_hours: { from: "22:00", to: "07:00" }
  heartbeat: { schedule: "0 * * * *", send: ${send} }
`

const beat = async (world: World): Promise<void> => {
  expect(world.scheduled.size).toBe(1)
  for (const run of world.scheduled.values()) run()
  world.flow.poke()
  await world.advance(1_000)
}

const open = async (send: string, at?: string): Promise<World> => {
  const world = await openWorld(yaml(send), at === undefined ? {} : { at })
  world.seen.set('disk', { used: 10 })
  world.seen.set('note', { used: 10 })
  await world.advance(2_000)
  return world
}

describe('the heartbeat', () => {
  test('on-change: nothing new, nothing said', async () => {
    const world = await open('on-change')
    await world.pass(hour)
    await beat(world)
    expect(world.chat.tried).toEqual([])
  })

  test('on-change: what was fixed silently is told once', async () => {
    const world = await open('on-change')
    world.act = async () => {
      world.seen.set('disk', { used: 10 })
      return 'swept'
    }
    world.seen.set('disk', { used: 90 })
    await world.pass(5 * minute)
    expect(world.chat.tried).toEqual([])
    await beat(world)
    expect(world.chat.messages).toMatchObject([{ sound: false }])
    expect(world.chat.last().text).toContain('💚 All well · 2 checks')
    expect(world.chat.last().text).toMatch(/Fixed by me\n• ✅ disk fixed by sweep/)
    await world.pass(hour)
    await beat(world)
    expect(world.chat.messages).toHaveLength(1)
  })

  test('on-change: so is info', async () => {
    const world = await open('on-change')
    world.seen.set('note', { used: 90 })
    await world.pass(5 * minute)
    await beat(world)
    expect(world.chat.messages).toHaveLength(1)
    expect(world.chat.last().text).toContain('Noted')
    expect(world.chat.last().text).toContain('🔵 note')
  })

  test('on-change: what was told already is no news', async () => {
    const world = await open('on-change')
    world.steps = []
    world.seen.set('disk', { used: 90 })
    await world.pass(5 * minute)
    expect(world.chat.messages).toHaveLength(1)
    await beat(world)
    expect(world.chat.messages).toHaveLength(1)
  })

  test('always: all is well, with what has no fresh data', async () => {
    const world = await open('always')
    await world.pass(hour)
    await beat(world)
    expect(world.chat.last().text).toBe('💚 All well · 2 checks · since 12:00')
    world.seen.set('disk', cannotSee)
    await world.pass(2 * minute)
    await beat(world)
    expect(world.chat.messages).toHaveLength(2)
    expect(world.chat.last().text).toBe(
      '💚 All well · 2 checks, 1 without fresh data · since 13:00',
    )
  })

  test('never', async () => {
    const world = await open('never')
    world.seen.set('disk', { used: 90 })
    world.steps = [{ show: 'a', act: {} }]
    world.act = async () => {
      world.seen.set('disk', { used: 10 })
      return 'swept'
    }
    await world.pass(5 * minute)
    await beat(world)
    expect(world.chat.tried).toEqual([])
  })

  test('not in quiet hours, and not beside the brief at their end', async () => {
    const world = await open('always', '2026-03-11T05:00:00Z')
    world.steps = []
    world.seen.set('disk', { used: 90 })
    await world.pass(hour)
    await beat(world)
    expect(world.chat.tried).toEqual([])
    await world.pass(new Date('2026-03-11T07:00:00Z').getTime() - world.clock.now() - 500)
    await world.clock.leap(500)
    await beat(world)
    await world.advance(2_000)
    expect(world.chat.messages).toHaveLength(1)
    expect(world.chat.last().text).toContain('Good morning')
    await world.pass(hour)
    await beat(world)
    expect(world.chat.messages).toHaveLength(2)
    expect(world.chat.last().text).toContain('since 07:00')
  })

  test('a reload replaces the schedule, a stop ends it', async () => {
    const world = await open('always')
    await world.reload(yaml('never'))
    await beat(world)
    expect(world.chat.tried).toEqual([])
    await world.stop()
    expect(world.scheduled.size).toBe(0)
    await world.start()
  })
})
