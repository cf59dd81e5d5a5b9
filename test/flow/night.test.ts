import { describe, expect, test } from 'vitest'
import { away } from '../support/chat.ts'
import { asha, openWorld, type World } from '../support/flow.ts'

const minute = 60_000
const hour = 60 * minute

const checks = (count: number): string =>
  Array.from(
    { length: count },
    (_, i) => `  c${i}: { kind: fake, of: c${i}, every: 1m, warning: "down" }\n`,
  ).join('')

const quiet = (more = '', zone = 'UTC'): string => `
timezone: ${zone}
notify: { quiet_hours: { from: "22:00", to: "07:00" } ${more} }
`

const set = (world: World, name: string, down: boolean): void => void world.seen.set(name, { down })

/** Until the wall clock shows a time that lies at most a day ahead. */
const until = async (world: World, iso: string, step?: number): Promise<void> =>
  world.pass(new Date(iso).getTime() - world.clock.now(), step)

describe('quiet hours', () => {
  test('forty warnings and recoveries make one brief', async () => {
    const world = await openWorld(`${quiet()}checks:\n${checks(40)}`, {
      at: '2026-03-10T21:50:00Z',
    })
    for (let i = 0; i < 40; i++) set(world, `c${i}`, false)
    await until(world, '2026-03-10T22:30:00Z', 5 * minute)
    for (let i = 0; i < 40; i++) set(world, `c${i}`, true)
    await until(world, '2026-03-11T01:00:00Z', 10 * minute)
    for (let i = 0; i < 40; i++) set(world, `c${i}`, i === 7)
    await until(world, '2026-03-11T06:59:00Z', 10 * minute)
    expect(world.chat.tried).toEqual([])
    await until(world, '2026-03-11T07:01:00Z', 1_000)
    expect(world.chat.messages).toHaveLength(1)
    const { text, sound, buttons } = world.chat.last()
    expect(sound).toBe(false)
    expect(text).toContain('Good morning. 1 still broken.')
    expect(text).toContain('Healed alone')
    expect(text).toContain('🟠 c7 is down')
    expect(buttons).toEqual(['Acknowledge', 'Silence 1h', 'Details'])
    set(world, 'c7', false)
    await world.pass(5 * minute)
    expect(world.chat.messages).toMatchObject([{ edits: 1, buttons: [] }])
    expect(world.chat.last().text).toContain('Since then')
    await world.pass(2 * hour, 5 * minute)
    expect(world.chat.messages).toHaveLength(1)
    expect(world.faults).toEqual([])
  })

  test('nothing happened: no brief', async () => {
    const world = await openWorld(`${quiet()}checks:\n${checks(1)}`, { at: '2026-03-10T21:50:00Z' })
    set(world, 'c0', false)
    await until(world, '2026-03-11T07:30:00Z', 5 * minute)
    expect(world.chat.tried).toEqual([])
  })

  test('what breaks after their end is told by itself', async () => {
    const world = await openWorld(`${quiet()}checks:\n${checks(2)}`, { at: '2026-03-11T06:00:00Z' })
    set(world, 'c0', true)
    await until(world, '2026-03-11T07:00:05Z')
    expect(world.chat.messages).toHaveLength(1)
    set(world, 'c1', true)
    await world.pass(3 * minute)
    expect(world.chat.messages).toHaveLength(2)
    expect(world.chat.last().text).toContain('c1 is down')
  })

  test('a held warning that turns critical is told at once', async () => {
    const world = await openWorld(
      `${quiet()}checks: { disk: { kind: fake, of: disk, warning: "used > 85%", critical: "used > 95%" } }`,
      { at: '2026-03-11T01:00:00Z' },
    )
    world.seen.set('disk', { used: 90 })
    await world.pass(2 * minute)
    expect(world.chat.tried).toEqual([])
    world.seen.set('disk', { used: 97 })
    await world.pass(2 * minute)
    expect(world.chat.messages).toMatchObject([{ sound: true }])
    await until(world, '2026-03-11T07:05:00Z', 5 * minute)
    expect(world.chat.messages.filter((one) => one.text.includes('Good morning'))).toEqual([])
  })

  test('what Telegram did not take before they began waits for their end', async () => {
    const world = await openWorld(`${quiet()}checks:\n${checks(2)}`, { at: '2026-03-10T21:30:00Z' })
    world.chat.answer = () => away
    set(world, 'c0', true)
    await world.pass(2 * minute)
    await world.crash()
    await until(world, '2026-03-10T22:30:00Z', minute)
    world.chat.answer = () => undefined
    await until(world, '2026-03-11T06:59:00Z', 5 * minute)
    expect(world.chat.messages).toEqual([])
    await until(world, '2026-03-11T07:03:00Z', 1_000)
    expect(world.chat.messages).toMatchObject([{ sound: false }, { sound: false }])
    expect(world.chat.messages[0]?.text).toContain('🟠 c0 is down')
    expect(world.chat.messages[1]?.text).toContain('I was away')
  })

  test('held things survive stops, restarts and kills', async () => {
    const world = await openWorld(`${quiet()}checks:\n${checks(3)}`, { at: '2026-03-10T23:00:00Z' })
    set(world, 'c0', true)
    set(world, 'c1', true)
    set(world, 'c2', false)
    await world.pass(3 * minute)
    await world.stop()
    await world.clock.leap(minute)
    await world.start()
    await world.pass(5 * minute)
    set(world, 'c1', false)
    await world.pass(5 * minute)
    await world.crash()
    await world.pass(minute)
    expect(world.chat.tried).toEqual([])
    expect(world.incident('c0')).toMatchObject({ told: 'held' })
    await until(world, '2026-03-11T07:01:00Z', 10 * minute)
    expect(world.chat.messages.map((one) => one.sound)).toEqual([false, false])
    const brief = world.chat.messages.find((one) => one.text.includes('Good morning'))
    expect(brief?.text).toContain('1 still broken')
    expect(brief?.text).toMatch(/Healed alone\n• ✅ c1/)
    expect(world.chat.messages.find((one) => one !== brief)?.text).toContain('I was away from')
  })

  test('a night slept through by the bot itself is briefed at its start', async () => {
    const world = await openWorld(`${quiet()}checks:\n${checks(1)}`, { at: '2026-03-10T23:00:00Z' })
    set(world, 'c0', true)
    await world.pass(3 * minute)
    await world.stop()
    await world.clock.leap(10 * hour)
    await world.start()
    await world.advance(2_000)
    expect(world.chat.messages).toHaveLength(1)
    expect(world.chat.last().text).toContain('Good morning. 1 still broken.')
  })

  test('a fix that helps at night stands in the brief alone', async () => {
    const world = await openWorld(
      `${quiet()}
checks: { disk: { kind: fake, of: disk, every: 1m, warning: "down", fix: sweep } }
fixes: { sweep: { kind: mend, verify: { within: 3s } } }
`,
      { at: '2026-03-11T01:00:00Z' },
    )
    world.act = async () => {
      set(world, 'disk', false)
      return 'swept'
    }
    set(world, 'disk', true)
    await world.pass(5 * minute)
    await until(world, '2026-03-11T07:01:00Z', 10 * minute)
    expect(world.chat.messages).toHaveLength(1)
    expect(world.chat.last().text).toMatch(/Fixed by me\n• ✅ disk fixed by sweep/)
  })

  test('several that stay broken have two buttons each', async () => {
    const world = await openWorld(`${quiet()}checks:\n${checks(3)}`, { at: '2026-03-11T06:00:00Z' })
    for (let i = 0; i < 3; i++) set(world, `c${i}`, true)
    await until(world, '2026-03-11T07:00:05Z')
    expect(world.chat.last().buttons).toHaveLength(6)
    expect(world.house.acknowledge(world.incident('c1').id, asha)).toBe(true)
    set(world, 'c0', false)
    set(world, 'c2', false)
    await world.pass(5 * minute)
    expect(world.chat.messages).toHaveLength(1)
    expect(world.chat.last().buttons).toEqual(['Silence 1h', 'Details'])
  })

  test('quiet hours taken out of the config by day end with their brief', async () => {
    const world = await openWorld(`${quiet()}checks:\n${checks(1)}`, { at: '2026-03-10T23:00:00Z' })
    set(world, 'c0', true)
    await world.pass(3 * minute)
    await world.reload(`notify: { quiet_hours: off }\nchecks:\n${checks(1)}`)
    await world.advance(2_000)
    expect(world.chat.messages).toHaveLength(1)
    expect(world.chat.last().text).toContain('1 still broken')
  })
})

describe('nights when clocks change', () => {
  const zones = [
    ['Europe/Berlin', '2026-10-24T19:30:00Z', '2026-10-25T06:00:00Z'],
    ['Europe/Berlin', '2026-03-28T20:30:00Z', '2026-03-29T05:00:00Z'],
    ['America/New_York', '2026-11-01T01:30:00Z', '2026-11-01T12:00:00Z'],
    ['Asia/Kolkata', '2026-03-10T16:00:00Z', '2026-03-11T01:30:00Z'],
  ] as const

  test.each(zones)('%s from %s: one brief, at %s', async (zone, at, end) => {
    const world = await openWorld(`${quiet('', zone)}checks:\n${checks(2)}`, { at })
    set(world, 'c0', false)
    set(world, 'c1', false)
    await world.pass(hour, minute)
    set(world, 'c0', true)
    while (world.clock.now() < new Date(end).getTime() - 10_000) {
      await world.pass(20 * minute, 5 * minute)
      set(world, 'c1', Math.floor(world.clock.now() / (40 * minute)) % 2 === 0)
      if (world.clock.now() + 20 * minute >= new Date(end).getTime()) break
    }
    await until(world, new Date(new Date(end).getTime() - 2_000).toISOString())
    expect(world.chat.tried).toEqual([])
    await world.pass(4_000, 1_000)
    const briefs = world.chat.messages.filter((one) => one.text.includes('Good morning'))
    expect(briefs).toHaveLength(1)
    expect(world.chat.messages).toHaveLength(1)
  })
})
