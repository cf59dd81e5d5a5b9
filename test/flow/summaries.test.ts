import { describe, expect, test } from 'vitest'
import type { Incident } from '../../src/core/incident.ts'
import { openWorld, type World } from '../support/flow.ts'

const minute = 60_000

const yaml = `
checks: { disk: { kind: fake, of: disk, every: 1m, warning: "down", fix: sweep } }
fixes: { sweep: { kind: mend, verify: { within: 3s } } }
`

const until = (world: World, iso: string, step?: number): Promise<void> =>
  world.pass(new Date(iso).getTime() - world.clock.now(), step)

/** The heartbeat, at nine o'clock. */
const beat = async (world: World, day: string): Promise<void> => {
  await until(world, `${day}T09:00:00Z`, 10 * minute)
  expect(world.scheduled.size).toBe(1)
  for (const run of world.scheduled.values()) run()
  world.flow.poke()
  await world.advance(1_000)
}

describe('with the default heartbeat and quiet hours', () => {
  test('what was fixed in the afternoon stands in the brief of the next morning, once', async () => {
    const world = await openWorld(yaml, { at: '2026-03-10T08:00:00Z' })
    world.seen.set('disk', { down: false })
    await beat(world, '2026-03-10')
    await until(world, '2026-03-10T14:00:00Z', 10 * minute)
    world.act = async () => {
      world.seen.set('disk', { down: false })
      return 'swept'
    }
    world.seen.set('disk', { down: true })
    await world.pass(10 * minute, 1_000)
    expect(world.incidents('disk')).toMatchObject([{ ending: 'fixed', told: 'no' }])
    await until(world, '2026-03-11T06:59:00Z', 10 * minute)
    expect(world.chat.tried).toEqual([])
    await until(world, '2026-03-11T07:01:00Z', 1_000)
    expect(world.chat.messages).toMatchObject([{ sound: false }])
    expect(world.chat.last().text).toMatch(/Fixed by me\n• ✅ disk fixed by sweep/)
    await beat(world, '2026-03-11')
    await until(world, '2026-03-12T07:01:00Z', 10 * minute)
    expect(world.chat.messages).toHaveLength(1)
  })
})

describe('a summary of more than it has room for', () => {
  test('has the newest', async () => {
    const world = await openWorld(yaml)
    const one: Omit<Incident, 'id'> = {
      check: 'disk',
      host: 'main',
      subject: '',
      cause: 'threshold',
      severity: 'warning',
      worst: 'warning',
      openedAt: 0,
      endedAt: null,
      ending: 'recovered',
      metric: 'down',
      unit: 'flag',
      value: true,
      threshold: 'down',
      saw: '',
      service: null,
      evidence: [],
      acknowledged: null,
      remedy: null,
      told: 'no',
      toldAt: null,
      notice: null,
      reminders: 0,
      remindedAt: null,
    }
    for (let count = 1; count <= 501; count++) {
      world.clock.jump(minute)
      const endedAt = world.clock.now()
      world.store.incidents.add({ ...one, subject: `s${count}`, openedAt: endedAt - 1, endedAt })
    }
    const kept = world.store.incidents.endedSince(0, 500).map(({ subject }) => subject)
    expect(kept).toHaveLength(500)
    expect([kept.at(0), kept.at(-1)]).toEqual(['s2', 's501'])
    const shown = JSON.stringify(world.house.heartbeat())
    expect(shown).toContain('"s501"')
    expect(shown).not.toContain('"s1"')
  })
})
