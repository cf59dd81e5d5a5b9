import { describe, expect, test } from 'vitest'
import { openWorld } from '../support/flow.ts'

const minute = 60_000
const day = 24 * 60 * minute

const yaml = `
checks: { disk: { kind: fake, of: disk, every: 1m, warning: "down", fix: sweep } }
fixes: { sweep: { kind: mend, attempts: 1, cooldown: 10m, verify: { within: 10s } } }
`

describe('a clock that is set back', () => {
  test('prolongs a cool-down by its own length at most', async () => {
    const world = await openWorld(yaml)
    world.clock.jump(day)
    world.seen.set('disk', { down: true })
    await world.pass(2 * minute)
    expect(world.acted).toHaveLength(1)
    world.clock.jump(-day)
    await world.pass(9 * minute)
    expect(world.acted).toHaveLength(1)
    await world.pass(3 * minute)
    expect(world.acted).toHaveLength(2)
  })

  test('does so over a restart too', async () => {
    const world = await openWorld(yaml)
    world.clock.jump(day)
    world.seen.set('disk', { down: true })
    await world.pass(2 * minute)
    await world.kill()
    world.clock.jump(-day)
    await world.start()
    await world.pass(12 * minute)
    expect(world.acted).toHaveLength(2)
  })
})

describe('a clock that is set far ahead', () => {
  const ended = async () => {
    const world = await openWorld(yaml)
    world.act = async () => {
      world.seen.set('disk', { down: false })
      return 'swept'
    }
    world.seen.set('disk', { down: true })
    await world.pass(5 * minute)
    expect(world.incidents('disk')).toMatchObject([{ ending: 'fixed' }])
    return world
  }

  test('makes it forget nothing until it has gone steadily for an hour', async () => {
    const world = await ended()
    world.clock.jump(500 * day)
    await world.pass(30 * minute)
    world.clock.jump(-500 * day)
    await world.pass(30 * minute)
    world.clock.jump(500 * day)
    await world.pass(10 * minute)
    expect(world.incidents('disk')).toHaveLength(1)
  })

  test('is believed then', async () => {
    const world = await ended()
    world.clock.jump(500 * day)
    await world.pass(130 * minute, 10_000)
    expect(world.incidents('disk')).toEqual([])
  })
})
