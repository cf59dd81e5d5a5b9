import { describe, expect, test } from 'vitest'
import { openWorld } from '../support/flow.ts'

const disk = `
checks:
  disk: { kind: fake, of: disk, every: 10s, warning: "used > 85%", critical: "used > 95%" }
`

describe('one incident is one message', () => {
  test('told once, edited, ended', async () => {
    const world = await openWorld(disk)
    world.seen.set('disk', { used: 50 })
    await world.advance(60_000)
    expect(world.chat.messages).toEqual([])
    world.seen.set('disk', { used: 90 })
    await world.advance(60_000)
    expect(world.chat.messages).toHaveLength(1)
    expect(world.chat.last()).toMatchObject({ sound: false, chat: 1001, edits: 0 })
    expect(world.chat.last().text).toContain('disk used 90 % (limit used > 85%)')
    world.seen.set('disk', { used: 50 })
    await world.advance(60_000)
    expect(world.chat.messages).toHaveLength(1)
    expect(world.chat.last().edits).toBe(1)
    expect(world.chat.last().text).toContain('✅ disk is fine again')
    expect(world.chat.last().buttons).toEqual([])
    expect(world.faults).toEqual([])
  })
})
