import { describe, expect, test } from 'vitest'
import { away } from '../support/chat.ts'
import { asha, ben, openWorld } from '../support/flow.ts'

const config = `
notify: { quiet_hours: { from: "22:00", to: "07:00" } }
checks:
  site: { kind: fake, of: site, every: 1m, warning: "load > 50", critical: "load > 80 for 5m", runbook: docs/site.md }
  queue: { kind: fake, of: queue, every: 1m, critical: "down" }
`
const night = '2026-03-10T23:00:00Z'

describe('a test alert', () => {
  test('is what a real one would be, marked, and then over with its times', async () => {
    const world = await openWorld(config)
    expect(world.house.testAlert('site', ben)).toEqual({ alone: false })
    await world.advance(0)
    const [first] = world.chat.tried
    expect(first).toMatchObject({ op: 'send', sound: true, chat: { id: asha.id } })
    expect(JSON.stringify(first?.message.blocks[0])).toContain('test-alert')
    await world.advance(1_000)
    expect(world.chat.messages).toHaveLength(1)
    const { text, edits, buttons } = world.chat.last()
    expect(edits).toBe(2)
    expect(buttons).toEqual([])
    expect(text).toMatch(
      /^✅ TEST over: an alert of site was here in .*Asked for by Ben; nothing was wrong/,
    )
    expect(text).toMatch(
      /judged .* → incident .* → stored .* → queued .* → at Telegram .* → edited /,
    )
    expect(text).toContain('🔴 site load 84 (limit load > 80 for 5m)')
    expect(text).toContain('📖 docs/site.md')
    expect(text).toContain('👉 ')
  })

  test('has no runbook where its check has none', async () => {
    const world = await openWorld(config)
    world.house.testAlert('queue', asha)
    await world.advance(1_000)
    expect(world.chat.last().text).toContain('🔴 queue is down')
    expect(world.chat.last().text).not.toContain('📖')
  })

  test('counts as nothing', async () => {
    const world = await openWorld(config)
    world.house.testAlert('site', asha)
    await world.advance(1_000)
    expect(world.house.incidents()).toEqual([])
    expect(world.house.history(10)).toEqual([])
    expect(world.house.silences()).toEqual([])
    expect(world.store.incidents.totals()).toEqual([])
    expect(world.store.attempts.totals()).toEqual([])
    expect(world.events('test-alert')).toMatchObject([{ reason: 'operator', actor: 'Asha' }])
    // What really breaks next gets a message of its own.
    world.seen.set('queue', { down: true })
    await world.pass(2 * 60_000)
    expect(world.chat.messages).toHaveLength(2)
    expect(world.chat.messages[0]?.text).toMatch(/^✅ TEST over/)
  })

  test('in quiet hours it goes to who asked alone, without sound, and into no brief', async () => {
    const world = await openWorld(config, { at: night })
    expect(world.house.testAlert('queue', ben)).toEqual({ alone: true })
    await world.advance(1_000)
    expect(world.chat.messages).toMatchObject([{ chat: ben.id, sound: false, edits: 2 }])
    await world.pass(9 * 3_600_000, 600_000)
    expect(world.chat.messages).toHaveLength(1)
  })

  test('with Telegram away it says so when that is back', async () => {
    const world = await openWorld(config)
    world.chat.answer = () => away
    world.house.testAlert('site', asha)
    await world.pass(3 * 60_000, 1_000)
    expect(world.chat.messages).toEqual([])
    world.chat.answer = () => undefined
    await world.pass(70_000, 1_000)
    expect(world.chat.messages).toHaveLength(1)
    expect(world.chat.last()).toMatchObject({ late: true, edits: 2 })
    expect(world.chat.last().text).toMatch(/→ queued 3 min .*→ at Telegram/)
  })

  test('and a restart of the bot, it is still told', async () => {
    const world = await openWorld(config)
    world.chat.answer = () => away
    world.house.testAlert('site', asha)
    await world.advance(500)
    await world.crash()
    world.chat.answer = () => undefined
    await world.pass(10_000, 1_000)
    expect(world.chat.messages.filter(({ text }) => text.startsWith('✅ TEST over'))).toHaveLength(
      1,
    )
  })

  test('two at once are two messages', async () => {
    const world = await openWorld(config)
    world.house.testAlert('site', asha)
    world.house.testAlert('queue', ben)
    await world.advance(2_000)
    expect(world.chat.messages).toHaveLength(2)
    for (const { text } of world.chat.messages) expect(text).toMatch(/^✅ TEST over/)
  })

  test('a chat that does not take it is told to who asked', async () => {
    const world = await openWorld(config)
    world.chat.answer = ({ chat }) =>
      chat.id === asha.id ? { is: 'never', why: 'chat-gone', detail: 'x' } : undefined
    world.house.testAlert('site', ben)
    await world.advance(2_000)
    expect(world.chat.messages).toMatchObject([{ chat: ben.id, sound: false }])
    expect(world.chat.last().text).toMatch(/^❌ Test alert of site: .*1001 \(chat-gone\)/)
  })

  test('who asked at night and cannot be written to is told of it where all can read it', async () => {
    const world = await openWorld(config, { at: night })
    world.chat.answer = ({ chat }) =>
      chat.id === ben.id ? { is: 'never', why: 'not-started', detail: 'x' } : undefined
    world.house.testAlert('site', ben)
    await world.advance(2_000)
    expect(world.chat.messages).toMatchObject([{ chat: asha.id, sound: false }])
    expect(world.chat.last().text).toMatch(/^❌ Test alert of site: .*1002 \(not-started\)/)
  })

  test('is refused for what never alerts, or is not there', async () => {
    const world = await openWorld('checks:\n  quiet: { kind: fake, of: quiet, every: 1m }\n')
    expect(() => world.house.testAlert('none', asha)).toThrow('there is no check none')
  })
})
