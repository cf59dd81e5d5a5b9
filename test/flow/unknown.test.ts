import { describe, expect, test } from 'vitest'
import { openWorld, type World } from '../support/flow.ts'
import { cannotSee } from '../support/plugins.ts'

const minute = 60_000

const open = async (every = '1m'): Promise<World> => {
  const world = await openWorld(`
checks:
  disk: { kind: fake, of: disk, every: ${every}, warning: "used > 85%" }
`)
  world.seen.set('disk', { used: 50 })
  await world.advance(2_000)
  return world
}

describe('what cannot be seen', () => {
  test('for less than 5 minutes says nothing', async () => {
    const world = await open()
    world.seen.set('disk', cannotSee)
    await world.pass(4.5 * minute, 5_000)
    world.seen.set('disk', { used: 50 })
    await world.pass(10 * minute, 5_000)
    expect(world.chat.tried).toEqual([])
    expect(world.events()).toEqual([])
  })

  test('for 5 minutes is a warning of its own, over with the first run that sees', async () => {
    const world = await open()
    world.seen.set('disk', cannotSee)
    await world.pass(6.5 * minute, 5_000)
    expect(world.chat.messages).toMatchObject([{ sound: false }])
    expect(world.chat.last().text).toContain('disk cannot be checked')
    expect(world.chat.last().text).toContain('the probe cannot see')
    world.seen.set('disk', { used: 50 })
    await world.pass(minute, 5_000)
    expect(world.chat.messages).toMatchObject([{ edits: 1 }])
    expect(world.chat.last().text).toContain('✅')
  })

  test('takes three runs, however long they are apart', async () => {
    const world = await open('10m')
    world.seen.set('disk', cannotSee)
    await world.pass(11 * minute, 5_000)
    const runs = world.probed.get('disk') ?? 0
    expect(runs).toBeGreaterThanOrEqual(3)
    expect(world.chat.messages.length).toBeLessThanOrEqual(1)
  })

  test('leaves what is open open, and what is in doubt in doubt', async () => {
    const world = await open('10s')
    world.seen.set('disk', { used: 90 })
    await world.advance(15_000)
    expect(world.incident('disk')).toMatchObject({ cause: 'threshold' })
    world.seen.set('disk', cannotSee)
    await world.pass(4 * minute, 5_000)
    expect(world.incident('disk')).toMatchObject({ cause: 'threshold', value: 90 })
    expect(world.chat.messages).toMatchObject([{ edits: 0 }])
    world.seen.set('disk', { used: 50 })
    await world.advance(minute)
    expect(world.incidents('disk')).toMatchObject([{ ending: 'recovered' }])
  })

  test('a value that is not known is neither good nor bad', async () => {
    const world = await open('10s')
    world.seen.set('disk', { used: 90 })
    await world.advance(15_000)
    world.seen.set('disk', { used: null })
    await world.pass(10 * minute, 5_000)
    expect(world.incident('disk')).toMatchObject({ cause: 'threshold' })
    expect(world.chat.messages).toHaveLength(1)
  })

  test('a probe that fails by a fault of its own is logged', async () => {
    const world = await open()
    world.seen.set('disk', new TypeError('x is not a function'))
    await world.pass(2 * minute, 5_000)
    expect(world.logged).toContainEqual({ level: 'warn', message: 'probe failed' })
    expect(world.chat.tried).toEqual([])
  })
})

describe('subjects', () => {
  const mount = (subject: string, used: number) => ({ subject, metrics: { used } })

  test('each has an incident of its own', async () => {
    const world = await open('10s')
    world.seen.set('disk', [mount('/', 90), mount('/var', 91), mount('/home', 10)])
    await world.advance(15_000)
    expect(world.incidents('disk').map((one) => one.subject)).toEqual(['/', '/var'])
    expect(world.chat.messages).toHaveLength(1)
    expect(world.chat.last().text).toContain('disk /var')
  })

  test('one that is gone for three runs ends its incident, one that comes back does not', async () => {
    const world = await open('10s')
    world.seen.set('disk', [mount('/', 10), mount('/mnt', 90)])
    await world.advance(11_000)
    world.seen.set('disk', [mount('/', 10)])
    await world.advance(20_000)
    world.seen.set('disk', [mount('/', 10), mount('/mnt', 90)])
    await world.advance(10_000)
    expect(world.incident('disk')).toMatchObject({ subject: '/mnt' })
    world.seen.set('disk', [mount('/', 10)])
    await world.advance(40_000)
    expect(world.incidents('disk')).toMatchObject([{ ending: 'gone' }])
    expect(world.chat.last().text).toContain('➖ disk /mnt is gone')
    expect(world.chat.messages).toHaveLength(1)
  })

  test('a run that saw nothing because it failed is no sign of being gone', async () => {
    const world = await open('10s')
    world.seen.set('disk', [mount('/mnt', 90)])
    await world.advance(11_000)
    world.seen.set('disk', cannotSee)
    await world.advance(2 * minute)
    expect(world.incident('disk')).toMatchObject({ subject: '/mnt' })
  })
})
