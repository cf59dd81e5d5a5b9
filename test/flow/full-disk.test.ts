import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { refuseWrites } from '../support/database.ts'
import { openWorld, type World } from '../support/flow.ts'

const minute = 60_000

const yaml = `
checks:
  disk: { kind: fake, of: disk, every: 10s, warning: "used > 85%", fix: sweep }
  site: { kind: fake, of: site, every: 10s, critical: "down" }
fixes: { sweep: { kind: mend, verify: { within: 20s, every: 1s, hold: 5s } } }
`

/** Killed in the middle of a fix that helps. */
async function interrupted(): Promise<World> {
  const world = await openWorld(yaml)
  world.act = () => new Promise(() => undefined)
  world.seen.set('disk', { used: 90 })
  await world.advance(5_000)
  expect(world.acted).toHaveLength(1)
  return world
}

const verdicts = (world: World): number => world.events('fix-verified').length
const blind = (world: World) =>
  world.chat.messages.filter(({ text }) => text.includes('I was away'))

describe('a start with a database that refuses writes', () => {
  test('looks and says so; what it could not take up is made good once it can be', async () => {
    const world = await interrupted()
    await world.kill()
    world.seen.set('disk', { used: 10 })
    await world.clock.leap(30 * minute)
    const accept = refuseWrites()
    await world.start()
    const looked = world.probed.get('site') ?? 0
    await world.advance(minute)
    expect(world.fault).toMatchObject({ message: 'database or disk is full' })
    expect(world.probed.get('site')).toBeGreaterThan(looked)
    expect(world.chat.tried).toEqual([])
    accept()
    await world.advance(minute)
    expect(world.fault).toBeNull()
    expect(world.incidents('disk')).toMatchObject([{ ending: 'fixed', told: 'no' }])
    expect(world.acted).toHaveLength(1)
    expect(verdicts(world)).toBe(1)
    expect(blind(world)).toHaveLength(1)
    expect(blind(world)[0]?.text).toContain('from 12:00 to 12:30 (30 min)')
  })

  test('takes nothing up a second time while a part of it still fails', async () => {
    const world = await interrupted()
    const at = world.clock.now()
    const action = { do: 'restart', service: 'web' } as const
    const label = { id: 'confirm-restart', args: { service: 'web' } }
    const prepared = { action, label, steps: [] }
    const chat = { id: 1002 }
    world.store.confirmations.create({ token: 'one', userId: 1002, chat, action, prepared, at })
    world.store.confirmations.move('one', 'waiting', 'claimed')
    await world.kill()
    world.seen.set('disk', { used: 10 })
    await world.clock.leap(minute)
    const accept = refuseWrites(/INTO notices/)
    await world.start()
    await world.advance(minute)
    expect(verdicts(world)).toBe(1)
    expect(world.chat.tried).toEqual([])
    accept()
    await world.advance(minute)
    expect(verdicts(world)).toBe(1)
    expect(world.acted).toHaveLength(1)
    expect(world.chat.messages.filter((one) => one.chat === 1002)).toHaveLength(1)
    expect(blind(world)).toHaveLength(1)
  })
})

describe('a database that refuses writes', () => {
  test('when evidence comes: no rejection is left unhandled, the incident goes on', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown): void => void unhandled.push(error)
    process.on('unhandledRejection', note)
    onTestFinished(() => void process.off('unhandledRejection', note))
    const world = await openWorld(
      `checks: { site: { kind: curious, of: site, every: 10s, critical: "down" } }`,
    )
    let accept = (): void => undefined
    const evidence = [{ title: 'its log', lines: ['gave up'] }]
    vi.spyOn(world.evidence, 'get').mockImplementation(() => {
      accept = refuseWrites()
      return evidence
    })
    world.seen.set('site', { down: true })
    await world.advance(minute)
    expect(world.incident('site')).toMatchObject({ evidence: [] })
    expect(unhandled).toEqual([])
    expect(world.fault).not.toBeNull()
    accept()
    await world.advance(minute)
    expect(world.chat.messages).toMatchObject([{ sound: true }])
  })

  test('is a fault until it accepts them again, without a break', async () => {
    const world = await openWorld(yaml)
    world.seen.set('site', { down: false })
    await world.advance(11_000)
    const accept = refuseWrites()
    world.seen.set('site', { down: true })
    let waited = 0
    for (; world.fault === null && waited < 100; waited++) await world.advance(100)
    expect(world.fault).not.toBeNull()
    for (let step = 0; step < 300; step++) {
      await world.advance(100)
      expect(world.fault).not.toBeNull()
    }
    accept()
    await world.advance(11_000)
    expect(world.fault).toBeNull()
    expect(world.chat.messages).toMatchObject([{ sound: true }])
  })

  test('is a fault as long as it takes small things only', async () => {
    const world = await openWorld(yaml)
    world.seen.set('site', { down: false })
    await world.advance(11_000)
    const accept = refuseWrites(/INTO incidents/)
    world.seen.set('site', { down: true })
    await world.advance(11_000)
    for (let step = 0; step < 300; step++) {
      expect(world.fault).not.toBeNull()
      await world.advance(100)
    }
    accept()
    await world.advance(11_000)
    expect(world.fault).toBeNull()
  })
})
