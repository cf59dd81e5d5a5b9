import { describe, expect, test } from 'vitest'
import type { Verdict } from '../../src/contract/sender.ts'
import { openWorld, type World } from '../support/flow.ts'

const minute = 60_000

const yaml = `
checks:
  site: { kind: fake, of: site, every: 10s, critical: "down" }
  disk: { kind: fake, of: disk, every: 10s, warning: "used > 85%" }
`

const blocked: Verdict = { is: 'never', why: 'blocked', detail: 'bot was blocked by the user' }

const nobodyReads = async (fresh = false): Promise<World> => {
  const world = await openWorld(yaml, { fresh })
  world.chat.answer = () => blocked
  world.seen.set('site', { down: false })
  world.seen.set('disk', { used: 10 })
  return world
}

describe('while every reader has blocked the bot', () => {
  test('the first message waits for the first of them who is back', async () => {
    const world = await nobodyReads(true)
    await world.advance(2 * minute)
    expect(world.chat.tried.length).toBeGreaterThan(0)
    world.chat.answer = ({ chat }) => (chat.id === 1001 ? undefined : blocked)
    await world.advance(5 * minute)
    expect(world.chat.messages).toMatchObject([{ chat: 1001, late: true }])
    expect(world.chat.last().text).toContain('Mechanic is on duty')
  })

  test('a critical incident is tried every five minutes, and told with sound in the end', async () => {
    const world = await nobodyReads()
    world.seen.set('site', { down: true })
    await world.advance(minute)
    const before = world.chat.tried.length
    await world.pass(60 * minute, 10_000)
    expect((world.chat.tried.length - before) / 2).toBe(12)
    world.chat.answer = () => undefined
    await world.advance(5 * minute)
    expect(world.chat.messages).toMatchObject([{ sound: true, late: true, edits: 0 }])
    expect(world.chat.last().text).toContain('🔴 site is down')
    await world.pass(10 * minute)
    expect(world.chat.messages).toHaveLength(1)
    world.seen.set('site', { down: false })
    await world.advance(minute)
    expect(world.chat.messages).toMatchObject([{ edits: 1 }, { replyTo: 100 }])
  })

  test('a warning that is over before is never told', async () => {
    const world = await nobodyReads()
    world.seen.set('disk', { used: 90 })
    await world.advance(minute)
    expect(world.incident('disk')).toMatchObject({ told: 'yes' })
    world.seen.set('disk', { used: 10 })
    await world.advance(minute)
    expect(world.incidents('disk')).toMatchObject([{ ending: 'recovered', told: 'no' }])
    world.chat.answer = () => undefined
    await world.pass(20 * minute)
    expect(world.chat.messages).toEqual([])
  })

  test('a critical incident that is over before makes no sound any more', async () => {
    const world = await nobodyReads()
    world.seen.set('site', { down: true })
    await world.advance(minute)
    world.seen.set('site', { down: false })
    await world.advance(minute)
    world.chat.answer = () => undefined
    await world.pass(20 * minute)
    expect(world.chat.messages).toMatchObject([{ sound: false, late: true, edits: 0 }])
    expect(world.chat.last().text).toContain('✅ site is fine again')
  })
})
