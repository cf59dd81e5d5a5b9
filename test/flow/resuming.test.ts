import { describe, expect, test, vi } from 'vitest'
import { refuseWrites } from '../support/database.ts'
import { asha, openWorld } from '../support/flow.ts'

const minute = 60_000

const yaml = `
checks: { disk: { kind: fake, of: disk, every: 5m, warning: "down", fix: sweep } }
fixes: { sweep: { kind: mend, backoff: 1m, verify: { within: 10s } } }
`

describe('after a start', () => {
  test('what is well by now is not fixed, although it was wrong before', async () => {
    const world = await openWorld(yaml)
    world.seen.set('disk', { down: true })
    await world.advance(20_000)
    expect(world.acted).toHaveLength(1)
    await world.kill()
    await world.clock.leap(60 * minute)
    world.seen.set('disk', { down: false })
    await world.start()
    await world.advance(15 * minute)
    expect(world.acted).toHaveLength(1)
    expect(world.incidents('disk')).toMatchObject([{ ending: 'recovered', told: 'no' }])
  })

  test('what is still wrong is fixed after it was looked at', async () => {
    const world = await openWorld(yaml)
    world.seen.set('disk', { down: true })
    await world.advance(20_000)
    await world.kill()
    await world.clock.leap(60 * minute)
    let answer: (seen: object) => void = () => undefined
    world.seen.set('disk', () => new Promise((resolve) => (answer = resolve)))
    await world.start()
    await world.advance(5_000)
    expect(world.acted).toHaveLength(1)
    world.seen.set('disk', { down: true })
    answer({ down: true })
    await world.advance(5_000)
    expect(world.acted).toHaveLength(2)
  })

  test('a fix that had helped is not made again; its incident ends as fixed', async () => {
    const world = await openWorld(yaml)
    world.act = async () => {
      world.seen.set('disk', { down: false })
      return 'swept'
    }
    const { atomically } = world.store
    let accept: (() => void) | null = null
    vi.spyOn(world.store, 'atomically').mockImplementation((run) => {
      const done = atomically(run)
      const [attempt] = world.store.attempts.ofIncident(1)
      if (attempt?.state === 'verified') accept ??= refuseWrites()
      return done
    })
    world.seen.set('disk', { down: true })
    await world.advance(minute)
    expect(accept).not.toBeNull()
    expect(world.incident('disk')).toMatchObject({ endedAt: null })
    await world.kill()
    ;(accept as (() => void) | null)?.()
    await world.start()
    await world.advance(minute)
    expect(world.acted).toHaveLength(1)
    expect(world.incidents('disk')).toMatchObject([{ ending: 'fixed', told: 'no' }])
  })

  test('a half-made restart by a named fix keeps everybody else from that service', async () => {
    const world = await openWorld(`
services: { web: { manager: { pm2: web }, every: 10s, restart: ask } }
checks: { site: { kind: fake, of: site, every: 10s, warning: "down", fix: bounce } }
fixes: { bounce: { kind: restart, service: web, verify: { within: 1m } } }
`)
    world.services.restart = () => new Promise(() => undefined)
    world.seen.set('site', { down: true })
    await world.advance(15_000)
    expect(world.services.restarted).toEqual(['web'])
    await world.crash()
    await world.advance(5_000)
    const outcome = await world.house.perform({ do: 'restart', service: 'web' }, asha, 'one')
    expect(JSON.stringify(outcome)).toContain('outcome-busy')
    expect(world.services.restarted).toEqual(['web'])
  })
})
