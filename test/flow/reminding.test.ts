import { describe, expect, test } from 'vitest'
import { openWorld, type World } from '../support/flow.ts'
import { away } from '../support/chat.ts'

const minute = 60_000

const yaml = `
checks:
  disk: { kind: fake, of: disk, every: 10s, warning: "used > 80%", critical: "used > 90%" }
`

const reminders = (world: World) => world.chat.messages.filter(({ text }) => text.includes('⏰'))

/** Minutes until the next message. */
async function nextAfter(world: World): Promise<number> {
  const before = world.chat.messages.length
  const since = world.clock.now()
  while (world.chat.messages.length === before && world.clock.now() - since < 120 * minute)
    await world.pass(5_000, 5_000)
  return Math.round((world.clock.now() - since) / minute)
}

const warned = async (): Promise<World> => {
  const world = await openWorld(yaml)
  world.seen.set('disk', { used: 85 })
  await world.pass(30 * minute, 5_000)
  expect(world.chat.messages).toMatchObject([{ sound: false }])
  return world
}

describe('the first reminder comes 15 minutes', () => {
  test('after the sound of a worsening, however old the warning is', async () => {
    const world = await warned()
    world.seen.set('disk', { used: 95 })
    expect(await nextAfter(world)).toBe(0)
    expect(world.chat.last()).toMatchObject({ sound: true, replyTo: 100 })
    expect(reminders(world)).toEqual([])
    expect(await nextAfter(world)).toBe(15)
    expect(reminders(world)).toHaveLength(1)
    expect(await nextAfter(world)).toBe(60)
    expect(reminders(world)).toHaveLength(2)
  })

  test('after the message arrived, when Telegram was away', async () => {
    const world = await openWorld(yaml)
    world.chat.answer = () => away
    world.seen.set('disk', { used: 95 })
    await world.pass(40 * minute, 5_000)
    world.chat.answer = () => undefined
    await nextAfter(world)
    expect(world.chat.messages).toMatchObject([{ sound: true, late: true }])
    expect(await nextAfter(world)).toBe(15)
    expect(reminders(world)).toHaveLength(1)
  })

  test('after the sound of a worsening arrived, when Telegram was away', async () => {
    const world = await warned()
    world.chat.answer = () => away
    world.seen.set('disk', { used: 95 })
    await world.pass(100 * minute, 5_000)
    world.chat.answer = () => undefined
    await nextAfter(world)
    await world.pass(minute, 5_000)
    expect(world.chat.messages).toMatchObject([{ edits: 1 }, { sound: true, late: true }])
    expect(await nextAfter(world)).toBe(14)
    expect(reminders(world)).toHaveLength(1)
  })
})
