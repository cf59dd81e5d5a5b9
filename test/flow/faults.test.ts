import { describe, expect, test, vi } from 'vitest'
import { openWorld } from '../support/flow.ts'

const minute = 60_000

const yaml = `
checks:
  disk: { kind: fake, of: disk, every: 5s, warning: "down", fix: sweep }
  site: { kind: fake, of: site, every: 5s, critical: "down" }
fixes: { sweep: { kind: mend, verify: { within: 3s, every: 1s } } }
`

const full = (): never => {
  throw new Error('database or disk is full')
}

describe('a database that refuses to write', () => {
  test('while something breaks: told as soon as it writes again, once', async () => {
    const world = await openWorld(yaml)
    world.seen.set('site', { down: false })
    await world.advance(10_000)
    const refused = vi.spyOn(world.store.incidents, 'add').mockImplementation(full)
    world.seen.set('site', { down: true })
    await world.advance(30_000)
    expect(world.chat.tried).toEqual([])
    expect(world.faults.length).toBeGreaterThan(0)
    expect(world.store.subjects.of('site@main')).toEqual([])
    refused.mockRestore()
    await world.advance(15_000)
    expect(world.chat.messages).toMatchObject([{ sound: true }])
    expect(world.incidents('site')).toHaveLength(1)
  })

  test('while a message is written: the incident is not half there', async () => {
    const world = await openWorld(yaml)
    const refused = vi.spyOn(world.store.outbox, 'post').mockImplementation(full)
    world.seen.set('site', { down: true })
    await world.advance(20_000)
    expect(world.store.incidents.recent(5)).toEqual([])
    expect(world.events()).toEqual([])
    refused.mockRestore()
    await world.advance(15_000)
    expect(world.chat.messages).toHaveLength(1)
  })

  test('while it recovers: recovered later', async () => {
    const world = await openWorld(yaml)
    world.seen.set('site', { down: true })
    await world.advance(10_000)
    const refused = vi.spyOn(world.store.incidents, 'save').mockImplementation(full)
    world.seen.set('site', { down: false })
    await world.advance(minute)
    expect(world.incident('site')).toMatchObject({ endedAt: null })
    refused.mockRestore()
    await world.advance(minute)
    expect(world.incidents('site')).toMatchObject([{ ending: 'recovered' }])
    expect(world.chat.messages).toHaveLength(2)
  })

  test('after a delivery: what arrived is not sent twice', async () => {
    const world = await openWorld(yaml)
    const refused = vi.spyOn(world.store.outbox, 'sent').mockImplementation(full)
    world.seen.set('site', { down: true })
    await world.advance(20_000)
    expect(world.chat.messages).toHaveLength(1)
    refused.mockRestore()
    await world.advance(10_000)
    world.seen.set('site', { down: false })
    await world.advance(30_000)
    expect(world.chat.messages).toMatchObject([{ edits: 1 }, { replyTo: 100 }])
  })

  test('before a fix: nothing is done that is not written down', async () => {
    const world = await openWorld(yaml)
    const refused = vi.spyOn(world.store.attempts, 'begin').mockImplementation(full)
    world.seen.set('disk', { down: true })
    await world.advance(20_000)
    expect(world.acted).toEqual([])
    refused.mockRestore()
    await world.advance(10_000)
    expect(world.acted.length).toBeGreaterThan(0)
  })

  test('after a fix that helped: it is not done again', async () => {
    const world = await openWorld(yaml)
    let refused: { mockRestore(): void } | null = null
    world.act = async () => {
      world.seen.set('disk', { down: false })
      return 'swept'
    }
    const progress = world.store.attempts.progress
    vi.spyOn(world.store.attempts, 'progress').mockImplementation((attempt, change) => {
      if (change.state === 'verified')
        refused = vi.spyOn(world.store.incidents, 'save').mockImplementation(full)
      return progress(attempt, change)
    })
    world.seen.set('disk', { down: true })
    await world.advance(minute)
    expect(world.acted).toHaveLength(1)
    expect(refused).not.toBeNull()
    vi.restoreAllMocks()
    await world.advance(20_000)
    expect(world.acted).toHaveLength(1)
    expect(world.incidents('disk')).toMatchObject([{ ending: 'fixed' }])
    expect(world.chat.tried).toEqual([])
  })

  test('in the middle of an attempt: the lock is free again, the next one waits its pause', async () => {
    const world = await openWorld(yaml)
    const progress = world.store.attempts.progress
    let failures = 0
    vi.spyOn(world.store.attempts, 'progress').mockImplementation((attempt, change) => {
      if (change.state !== 'running' && failures < 2) {
        failures++
        full()
      }
      return progress(attempt, change)
    })
    world.seen.set('disk', { down: true })
    await world.advance(8_000)
    expect(failures).toBe(2)
    expect(world.acted).toHaveLength(1)
    await world.advance(20_000)
    const [first, second] = world.acted
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(10_000)
    world.seen.set('disk', { down: false })
    await world.advance(minute)
    expect(world.store.incidents.open()).toEqual([])
  })

  test('in a round: the next round makes up for it', async () => {
    const world = await openWorld(yaml)
    const refused = vi.spyOn(world.store.meta, 'note').mockImplementation(full)
    await world.advance(10_000)
    expect(world.faults.length).toBeGreaterThan(0)
    refused.mockRestore()
    const before = world.faults.length
    await world.advance(10_000)
    expect(world.faults).toHaveLength(before)
    expect(world.clock.now() - (world.store.meta.number('alive-at') ?? 0)).toBeLessThan(6_000)
  })
})
