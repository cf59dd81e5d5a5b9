import { describe, expect, test, vi } from 'vitest'
import { asha, openWorld, type World } from '../support/flow.ts'
import { dead } from '../support/manager.ts'

const minute = 60_000

const yaml = (more: string): string => `
services: { web: { manager: { pm2: web }, every: 10s, ${more} } }
`

/** Stopped while the service is down, and started again while nothing lists it. */
async function unlisted(world: World): Promise<{ list(): void }> {
  await world.stop()
  await world.clock.leap(minute)
  const hidden = vi.spyOn(world.services, 'all').mockReturnValue([])
  await world.start()
  return {
    list() {
      hidden.mockRestore()
      vi.spyOn(world.services, 'discover').mockResolvedValueOnce(true)
    },
  }
}

const down = async (more: string): Promise<World> => {
  const world = await openWorld(yaml(more))
  world.services.state.set('web', [dead()])
  await world.advance(15_000)
  return world
}

describe('a service that is not listed yet after a start', () => {
  test('keeps its incident, taken by whoever took it, when it is listed in time', async () => {
    const world = await down('restart: ask, severity: critical')
    const { id } = world.incident('web')
    world.house.acknowledge(id, asha)
    const { list } = await unlisted(world)
    await world.advance(100_000)
    list()
    await world.advance(5 * minute)
    expect(world.incident('web')).toMatchObject({ id, acknowledged: { by: 'Asha' } })
    expect(world.chat.messages.filter((one) => one.replyTo === undefined)).toHaveLength(1)
    world.services.state.delete('web')
    await world.advance(minute)
    expect(world.incidents('web')).toMatchObject([{ id, ending: 'recovered' }])
  })

  test('ends as removed when it is not, after three minutes', async () => {
    const world = await down('restart: ask, severity: critical')
    await unlisted(world)
    await world.advance(170_000)
    expect(world.incident('web')).toMatchObject({ endedAt: null })
    await world.advance(70_000)
    expect(world.incidents('web')).toMatchObject([{ ending: 'removed' }])
    expect(world.chat.last().text).toContain('no longer watched')
  })

  test('says nothing meanwhile of what was kept quiet on purpose', async () => {
    const world = await down('restart: auto')
    const made = world.services.restarted.length
    expect(made).toBeGreaterThan(0)
    expect(world.incident('web')).toMatchObject({ told: 'no' })
    const { list } = await unlisted(world)
    await world.advance(100_000)
    expect(world.chat.tried).toEqual([])
    expect(world.services.restarted).toHaveLength(made)
    world.services.state.delete('web')
    list()
    await world.advance(2 * minute)
    expect(world.incidents('web')).toMatchObject([{ told: 'no', remedy: { fix: 'restart' } }])
    expect(world.store.incidents.open()).toEqual([])
    expect(world.chat.tried).toEqual([])
  })
})
