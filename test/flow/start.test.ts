import { describe, expect, test } from 'vitest'
import { openWorld } from '../support/flow.ts'

const minute = 60_000

const checks = `
checks:
  disk: { kind: fake, of: disk, every: 10s, warning: "used > 85%" }
  site: { kind: fake, of: site, every: 10s, critical: "down" }
  load: { kind: fake, of: load, every: 10s, warning: "load > 4 for 30s" }
`

describe('the first run', () => {
  test('tells what is already wrong in one silent message, once', async () => {
    const world = await openWorld(checks, { fresh: true, unreachable: ['Ben'] })
    world.seen.set('disk', { used: 90 })
    world.seen.set('site', { down: true })
    world.seen.set('load', { load: 1 })
    await world.advance(5_000)
    expect(world.chat.messages).toMatchObject([{ sound: false }])
    const { text, buttons } = world.chat.last()
    expect(text).toContain('Mechanic is on duty on main')
    expect(text).toContain('Watching 3 checks')
    expect(text).toContain('🟠 disk')
    expect(text).toContain('🔴 site')
    expect(text).toContain('Cannot be reached until they press Start: Ben')
    expect(buttons).toHaveLength(4)
    await world.advance(2 * minute)
    await world.crash()
    await world.advance(minute)
    expect(world.chat.messages.filter((one) => one.text.includes('on duty'))).toHaveLength(1)
    world.seen.set('site', { down: false })
    world.seen.set('disk', { used: 10 })
    await world.advance(minute)
    expect(world.chat.messages[0]?.text).toContain('✅ site is fine again')
    expect(world.chat.messages[0]?.buttons).toEqual([])
  })

  test('says hello when nothing is wrong', async () => {
    const world = await openWorld(checks, { fresh: true })
    world.seen.set('site', { down: false })
    await world.advance(5_000)
    expect(world.chat.messages).toMatchObject([{ sound: false, buttons: [] }])
    expect(world.chat.last().text).toContain('Nothing is wrong right now')
  })

  test('waits for what may turn out to be wrong', async () => {
    const world = await openWorld(checks, { fresh: true })
    world.seen.set('load', { load: 9 })
    await world.advance(25_000)
    expect(world.chat.tried).toEqual([])
    await world.advance(20_000)
    expect(world.chat.messages).toHaveLength(1)
    expect(world.chat.last().text).toContain('🟠 load')
  })

  test('but not for ever, nor for what takes longer anyway', async () => {
    const slow = await openWorld(checks.replace('30s', '10m'), { fresh: true })
    slow.seen.set('load', { load: 9 })
    await slow.advance(5_000)
    expect(slow.chat.messages).toHaveLength(1)
    await slow.pass(12 * minute, 5_000)
    expect(slow.chat.messages).toHaveLength(2)
    const many = await openWorld(checks.replace('4 for 30s"', '4", failures: 20'), { fresh: true })
    many.seen.set('load', { load: 9 })
    await many.advance(40_000)
    expect(many.chat.tried).toEqual([])
    await many.advance(10_000)
    expect(many.chat.messages).toHaveLength(1)
  })

  test('cut short by a crash is made up for', async () => {
    const world = await openWorld(checks, { fresh: true })
    world.seen.set('load', { load: 9 })
    world.seen.set('site', { down: true })
    await world.advance(10_000)
    await world.crash()
    world.seen.set('load', { load: 1 })
    await world.advance(30_000)
    const hello = world.chat.messages.filter((one) => one.text.includes('on duty'))
    expect(hello).toHaveLength(1)
    expect(hello[0]?.text).toContain('🔴 site')
  })
})

describe('a start', () => {
  test('after a clean stop says nothing', async () => {
    const world = await openWorld(checks)
    await world.advance(minute)
    await world.stop()
    await world.clock.leap(30 * minute)
    await world.start()
    await world.advance(minute)
    expect(world.chat.tried).toEqual([])
  })

  test('after an unclean one tells silently how long it was blind', async () => {
    const world = await openWorld(checks)
    await world.advance(minute)
    await world.kill()
    await world.clock.leap(30 * minute)
    await world.start()
    await world.advance(2_000)
    expect(world.chat.messages).toMatchObject([{ sound: false }])
    expect(world.chat.last().text).toMatch(/I was away from 12:0\d to 12:31 \(30 min\)/)
  })

  test('several such within the hour are one note', async () => {
    const world = await openWorld(checks)
    for (let times = 0; times < 3; times++) {
      await world.advance(minute)
      await world.kill()
      await world.clock.leap(5 * minute)
      await world.start()
    }
    await world.advance(2_000)
    expect(world.chat.messages).toMatchObject([{ edits: 2 }])
    expect(world.chat.last().text).toContain('3 times')
    await world.pass(2 * 60 * minute)
    await world.crash()
    await world.advance(2_000)
    expect(world.chat.messages).toHaveLength(2)
  })

  test('at night holds the note until the morning', async () => {
    const world = await openWorld(checks, { at: '2026-03-11T02:00:00Z' })
    await world.advance(minute)
    await world.kill()
    await world.clock.leap(30 * minute)
    await world.start()
    await world.pass(4 * 60 * minute, minute)
    expect(world.chat.tried).toEqual([])
    await world.pass(60 * minute, minute)
    expect(world.chat.messages).toHaveLength(1)
    expect(world.chat.last().text).toContain('I was away')
  })

  test('edits what is open, and repeats nothing', async () => {
    const world = await openWorld(checks)
    world.seen.set('disk', { used: 90 })
    await world.advance(15_000)
    await world.stop()
    await world.clock.leap(30 * minute)
    await world.start()
    await world.advance(minute)
    expect(world.chat.messages).toHaveLength(1)
    world.seen.set('disk', { used: 10 })
    await world.advance(minute)
    expect(world.chat.messages).toMatchObject([{ edits: 1 }])
  })

  test('does not count the time away towards `for`', async () => {
    const world = await openWorld(checks.replace('30s', '5m'))
    world.seen.set('load', { load: 9 })
    await world.advance(minute)
    await world.stop()
    await world.clock.leap(30 * minute)
    await world.start()
    await world.advance(3 * minute)
    expect(world.chat.tried).toEqual([])
    await world.advance(2 * minute)
    expect(world.chat.messages).toHaveLength(1)
  })

  test('a wall clock that jumps a day either way opens nothing', async () => {
    const world = await openWorld(checks.replace('30s', '1h'))
    world.seen.set('load', { load: 9 })
    await world.advance(minute)
    world.clock.jump(24 * 60 * minute)
    await world.advance(minute)
    world.clock.jump(-48 * 60 * minute)
    await world.advance(minute)
    await world.crash()
    await world.advance(minute)
    expect(world.store.incidents.recent(10)).toEqual([])
  })
})

describe('a fix that was under way', () => {
  const fixed = `
checks: { disk: { kind: fake, of: disk, every: 10s, warning: "used > 85%", fix: sweep } }
fixes: { sweep: { kind: mend, verify: { within: 20s, every: 1s, hold: 5s } } }
`

  test('is judged by what is seen, not repeated: it helped', async () => {
    const world = await openWorld(fixed)
    let release = (): void => undefined
    world.act = () => new Promise((done) => (release = () => done('swept')))
    world.seen.set('disk', { used: 90 })
    await world.advance(5_000)
    expect(world.acted).toHaveLength(1)
    await world.kill()
    release()
    world.seen.set('disk', { used: 10 })
    await world.start()
    await world.advance(20_000)
    expect(world.acted).toHaveLength(1)
    expect(world.incidents('disk')).toMatchObject([{ ending: 'fixed', told: 'no' }])
    expect(world.events().map((one) => one.kind)).toContain('fix-verified')
  })

  test('it did not help: the attempts go on where they were', async () => {
    const world = await openWorld(fixed)
    world.seen.set('disk', { used: 90 })
    await world.advance(8_000)
    expect(world.acted).toHaveLength(1)
    await world.crash()
    await world.advance(5 * minute)
    expect(world.acted).toHaveLength(3)
    const told = world.chat.messages.filter((one) => !one.text.includes('I was away'))
    expect(told).toHaveLength(1)
    expect(told[0]?.text).toContain('tried 3 times')
  })

  test('of a check that is not configured any more is closed', async () => {
    const world = await openWorld(fixed)
    world.act = () => new Promise(() => undefined)
    world.seen.set('disk', { used: 90 })
    await world.advance(5_000)
    await world.kill()
    world.configure('checks: { site: { kind: fake, of: site, critical: "down" } }')
    await world.start()
    await world.advance(5 * 60_000)
    expect(world.store.attempts.unfinished()).toEqual([])
    expect(world.incidents('disk')).toMatchObject([{ ending: 'removed' }])
  })
})
