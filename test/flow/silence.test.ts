import { describe, expect, test } from 'vitest'
import { OperatorError } from '../../src/contract/error.ts'
import { asha, ben, openWorld, type World } from '../support/flow.ts'

const minute = 60_000
const hour = 60 * minute

const open = async (): Promise<World> => {
  const world = await openWorld(`
checks:
  disk: { kind: fake, of: disk, every: 10s, warning: "used > 85%", critical: "used > 95%" }
  site: { kind: fake, of: site, every: 10s, critical: "down" }
`)
  world.seen.set('disk', { used: 50 })
  world.seen.set('site', { down: false })
  await world.advance(12_000)
  return world
}

describe('a silence', () => {
  test('holds back what it names, and nothing else', async () => {
    const world = await open()
    const silence = world.house.silence('site', hour, ben)
    expect(silence).toMatchObject({ check: 'site', by: 'Ben', until: world.clock.now() + hour })
    world.seen.set('site', { down: true })
    await world.advance(minute)
    expect(world.chat.tried).toEqual([])
    expect(world.incident('site')).toMatchObject({ told: 'no' })
    expect(world.house.incidents()).toMatchObject([{ silencedUntil: silence.until }])
    world.seen.set('disk', { used: 90 })
    await world.advance(minute)
    expect(world.chat.messages).toHaveLength(1)
  })

  test('at its end what is still wrong is told', async () => {
    const world = await open()
    world.house.silence('site', hour, ben)
    world.seen.set('site', { down: true })
    await world.pass(44 * minute)
    expect(world.chat.tried).toEqual([])
    await world.pass(17 * minute)
    expect(world.chat.messages).toMatchObject([{ sound: false }, { sound: true }])
  })

  test('what came and went under it is never told', async () => {
    const world = await open()
    world.house.silence('all', hour, ben)
    world.seen.set('site', { down: true })
    world.seen.set('disk', { used: 97 })
    await world.pass(10 * minute)
    world.seen.set('site', { down: false })
    world.seen.set('disk', { used: 50 })
    await world.pass(2 * hour)
    expect(world.chat.tried).toEqual([])
  })

  test('ended early by hand; a second time there is nothing to end', async () => {
    const world = await open()
    world.house.silence('site', hour, ben)
    world.seen.set('site', { down: true })
    await world.advance(minute)
    expect(world.house.unsilence('site', asha)).toBe(true)
    expect(world.house.unsilence('site', asha)).toBe(false)
    await world.advance(3_000)
    expect(world.chat.messages).toHaveLength(1)
    expect(world.house.silences()).toEqual([])
  })

  test('stops sounds about what was told before: worse, reminders, recovery', async () => {
    const world = await open()
    world.seen.set('disk', { used: 90 })
    world.seen.set('site', { down: true })
    await world.advance(15_000)
    const before = world.chat.messages.length
    world.house.silence('all', 10 * hour, ben)
    world.seen.set('disk', { used: 97 })
    await world.pass(2 * hour)
    world.seen.set('site', { down: false })
    await world.pass(5 * minute)
    expect(world.chat.messages).toHaveLength(before)
    expect(world.chat.messages.map((one) => one.text).join()).toContain('✅ site is fine again')
  })

  test('a newer one replaces it; restarts keep it', async () => {
    const world = await open()
    world.house.silence('site', hour, ben)
    world.house.silence('site', 2 * hour, asha)
    await world.crash()
    expect(world.house.silences()).toMatchObject([{ check: 'site', by: 'Asha' }])
  })

  test('operators up to a day, admins longer, nobody for ever', async () => {
    const world = await open()
    expect(() => world.house.silence('site', 25 * hour, ben)).toThrow(OperatorError)
    expect(() => world.house.silence('site', 24 * hour, ben)).not.toThrow()
    expect(() => world.house.silence('site', 30 * 24 * hour, asha)).not.toThrow()
    expect(() => world.house.silence('site', 31 * 24 * hour, asha)).toThrow(OperatorError)
    expect(() => world.house.silence('site', 1, { ...ben, role: 'viewer' })).toThrow(OperatorError)
  })

  test('silenced things are not in the brief as if they had been told', async () => {
    const world = await openWorld(
      `
checks:
  disk: { kind: fake, of: disk, warning: "down" }
  site: { kind: fake, of: site, warning: "down" }
notify: { quiet_hours: { from: "22:00", to: "07:00" } }
`,
      { at: '2026-03-11T06:00:00Z' },
    )
    world.house.silence('site', 10 * hour, ben)
    world.seen.set('disk', { down: true })
    world.seen.set('site', { down: true })
    await world.pass(65 * minute)
    expect(world.chat.messages).toHaveLength(1)
    expect(world.chat.last().text).toContain('1 still broken')
    expect(world.chat.last().text).not.toContain('site')
  })
})
