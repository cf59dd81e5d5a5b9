import { describe, expect, test } from 'vitest'
import { openWorld, type World } from '../support/flow.ts'

const minute = 60_000

const disk = (warning: string, more = ''): string => `
checks:
  disk: { kind: fake, of: disk, every: 10s, warning: "${warning}" ${more} }
`
const other = `
checks:
  site: { kind: fake, of: site, every: 10s, warning: "down" }
`

const broken = async (): Promise<World> => {
  const world = await openWorld(disk('used > 85%'))
  world.seen.set('disk', { used: 90 })
  await world.advance(15_000)
  expect(world.incident('disk')).toMatchObject({ told: 'yes' })
  return world
}

describe('a reload', () => {
  test('that removes a check ends its incident', async () => {
    const world = await broken()
    await world.reload(other)
    await world.advance(2_000)
    expect(world.incidents('disk')).toMatchObject([{ ending: 'removed' }])
    expect(world.chat.messages).toMatchObject([{ edits: 1 }])
    expect(world.chat.last().text).toContain('➖ disk is no longer watched')
  })

  test('while the bot was off does the same', async () => {
    const world = await broken()
    await world.stop()
    world.configure(other)
    await world.start()
    await world.advance(2_000)
    expect(world.incidents('disk')).toMatchObject([{ endedAt: null }])
    await world.advance(5 * 60_000)
    expect(world.incidents('disk')).toMatchObject([{ ending: 'removed' }])
    await world.reload(disk('used > 85%'))
    await world.advance(15_000)
    expect(world.incidents('disk')).toMatchObject([{ ending: 'removed' }, { endedAt: null }])
    expect(world.chat.messages).toHaveLength(2)
  })

  test('that raises the threshold ends what is not wrong any more', async () => {
    const world = await broken()
    await world.reload(disk('used > 95%'))
    await world.advance(15_000)
    expect(world.incidents('disk')).toMatchObject([{ ending: 'recovered' }])
    expect(world.chat.messages).toMatchObject([{ edits: 1 }])
  })

  test('that changes the threshold of what is still wrong goes on with the same incident', async () => {
    const world = await broken()
    await world.reload(disk('used > 80%'))
    await world.advance(30_000)
    expect(world.incidents('disk')).toMatchObject([{ endedAt: null, threshold: 'used > 80%' }])
    expect(world.chat.messages).toHaveLength(1)
    await world.crash()
    await world.advance(30_000)
    expect(world.incidents('disk')).toMatchObject([{ endedAt: null }])
  })

  test('that changes nothing of a check leaves it undisturbed', async () => {
    const world = await openWorld(disk('used > 85% for 1m'))
    world.seen.set('disk', { used: 90 })
    await world.advance(55_000)
    await world.reload(disk('used > 85% for 1m') + other.replace('\nchecks:', ''))
    await world.advance(17_000)
    expect(world.chat.messages).toHaveLength(1)
  })

  test('during a fix loses nothing of its end', async () => {
    const yaml = (warning: string): string => `
checks: { disk: { kind: fake, of: disk, every: 10s, warning: "${warning}", fix: sweep } }
fixes: { sweep: { kind: mend, verify: { within: 20s, every: 1s, hold: 10s } } }
`
    const world = await openWorld(yaml('used > 85%'))
    world.act = async () => {
      world.seen.set('disk', { used: 20 })
      return 'swept'
    }
    world.seen.set('disk', { used: 90 })
    await world.advance(8_000)
    expect(world.acted).toHaveLength(1)
    await world.reload(yaml('used > 84%'))
    await world.advance(30_000)
    expect(world.incidents('disk')).toMatchObject([{ ending: 'fixed' }])
    world.seen.set('disk', { used: 90 })
    await world.advance(minute)
    expect(world.incidents('disk')).toHaveLength(2)
  })

  test('that takes its fix away tells what the fix kept quiet', async () => {
    const fixed = `
fixes: { sweep: { kind: mend, backoff: 5m, verify: { within: 3s } } }
`
    const world = await openWorld(disk('used > 85%', ', fix: sweep') + fixed)
    world.seen.set('disk', { used: 90 })
    await world.advance(minute)
    expect(world.incident('disk')).toMatchObject({ told: 'no', remedy: { phase: 'backing-off' } })
    await world.reload(disk('used > 85%') + fixed)
    await world.advance(5_000)
    expect(world.incident('disk')).toMatchObject({ told: 'yes', remedy: null })
    expect(world.chat.messages).toHaveLength(1)
    await world.pass(60 * minute)
    expect(world.acted).toHaveLength(1)
    expect(world.chat.messages).toHaveLength(1)
  })
})
