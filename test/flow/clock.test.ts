import { describe, expect, test } from 'vitest'
import { asha, openWorld, type World } from '../support/flow.ts'
import { away } from '../support/chat.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const year = 365 * day

const yaml = `
checks:
  disk: { kind: fake, of: disk, every: 30s, critical: "down", fix: sweep, notify: at-once }
fixes:
  sweep: { kind: mend, attempts: 2, cooldown: 10m, max_per_hour: 3, verify: { within: 2s, every: 1s } }
notify: { quiet_hours: off, heartbeat: { schedule: "0 * * * *", send: on-change } }
`

const down = async (world: World): Promise<void> => {
  world.seen.set('disk', { down: true })
  await world.advance(2 * minute)
}

/** As a start with a wrong clock that is put right later. */
const wrongFor = async (world: World, jump: number): Promise<void> => {
  world.clock.jump(-jump)
  await world.advance(2_000)
}

describe('a clock that is set back', () => {
  test('does not prolong a cool-down, nor the limit of an hour', async () => {
    const world = await openWorld(yaml)
    await down(world)
    expect(world.acted).toHaveLength(2)
    await wrongFor(world, year)
    await world.advance(11 * minute)
    expect(world.acted).toHaveLength(3)
    await world.advance(50 * minute)
    expect(world.acted.length).toBeGreaterThan(3)
    expect(world.faults).toEqual([])
  })

  test('while the bot does not run: the same', async () => {
    const world = await openWorld(yaml)
    await down(world)
    await world.stop()
    world.clock.jump(-year)
    await world.start()
    await world.advance(11 * minute)
    expect(world.acted).toHaveLength(3)
  })

  test('does not hold back a message that waits', async () => {
    const world = await openWorld(yaml)
    world.chat.answer = () => ({ is: 'later', after: 5 * minute, why: 'pace', wholeBot: false })
    await down(world)
    expect(world.chat.messages).toEqual([])
    world.chat.answer = () => undefined
    await wrongFor(world, year)
    await world.advance(6 * minute)
    expect(world.chat.messages).toHaveLength(1)
  })

  test('leaves nobody without an answer who had confirmed something', async () => {
    const world = await openWorld(yaml)
    world.clock.jump(day)
    const action = { do: 'restart', service: 'web' } as const
    const prepared = {
      action,
      label: { id: 'confirm-restart', args: { service: 'web' } },
      steps: [],
    }
    const at = world.clock.now()
    const { confirmations } = world.store
    confirmations.create({ token: 't', userId: 1001, chat: { id: 1001 }, action, prepared, at })
    confirmations.move('t', 'waiting', 'claimed')
    world.clock.jump(-day)
    await world.crash()
    await world.advance(2_000)
    expect(world.store.confirmations.get('t')?.state).toBe('done')
    expect(world.chat.messages.some(({ text }) => text.includes('Restart'))).toBe(true)
  })

  test('does not stop reminders, nor prolong a silence', async () => {
    const world = await openWorld(yaml)
    await down(world)
    await wrongFor(world, day)
    await world.advance(16 * minute)
    expect(world.chat.messages.filter(({ replyTo }) => replyTo !== undefined)).toHaveLength(1)
    world.house.silence('disk', hour, asha)
    await wrongFor(world, day)
    await world.pass(hour)
    expect(world.house.silences()).toEqual([])
  })

  test('does not have a summary tell the same again and again', async () => {
    const world = await openWorld(yaml.replace('notify: at-once', 'notify: if-unfixed'))
    world.act = async () => {
      world.seen.set('disk', { down: false })
      return 'swept'
    }
    await down(world)
    expect(world.incidents('disk')).toMatchObject([{ ending: 'fixed' }])
    await wrongFor(world, day)
    for (let beats = 0; beats < 3; beats++) {
      for (const run of world.scheduled.values()) run()
      world.flow.poke()
      await world.pass(hour, minute)
    }
    expect(world.chat.messages).toHaveLength(1)
  })
})

describe('a clock that is set far ahead', () => {
  test('has nothing forgotten that is not old', async () => {
    const world = await openWorld(yaml)
    world.chat.answer = () => away
    await down(world)
    world.seen.set('disk', { down: false })
    await world.advance(5 * minute)
    const kept = world.store.incidents.recent(10).length
    expect(kept).toBe(1)
    world.clock.jump(3 * year)
    await world.pass(3 * hour, minute)
    await world.crash()
    await world.pass(3 * hour, minute)
    expect(world.store.incidents.recent(10)).toHaveLength(1)
    expect(world.events('incident-opened')).toHaveLength(1)
  })

  test('and what is old goes, as time goes by', async () => {
    const world = await openWorld(yaml)
    await down(world)
    world.seen.set('disk', { down: false })
    await world.advance(5 * minute)
    world.store.meta.set('pruned-until', world.clock.now() + 401 * day)
    world.clock.jump(402 * day)
    await world.pass(61 * minute, minute)
    expect(world.store.incidents.recent(10)).toEqual([])
  })
})
