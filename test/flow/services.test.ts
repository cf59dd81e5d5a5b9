import { describe, expect, test } from 'vitest'
import { openWorld, type World } from '../support/flow.ts'
import { dead, instance } from '../support/manager.ts'

const minute = 60_000

const web = (more: string): Promise<World> =>
  openWorld(`
services:
  web: { manager: { pm2: web }, every: 10s, ${more} }
`)

const up = (world: World, pid: number): void =>
  void world.services.state.set('web', [instance({ pid })])

describe('a service', () => {
  test('with `restart: auto` is restarted when it dies, and nobody is told', async () => {
    const world = await web('restart: auto')
    await world.advance(12_000)
    world.services.restart = async () => up(world, 5000)
    world.services.state.set('web', [dead()])
    world.services.change('web')
    await world.advance(1_000)
    expect(world.services.restarted).toEqual(['web'])
    await world.advance(minute)
    expect(world.services.restarted).toEqual(['web'])
    expect(world.chat.tried).toEqual([])
    expect(world.incidents('web')).toMatchObject([{ ending: 'fixed' }])
  })

  test('with `restart: ask` is told, with the button', async () => {
    const world = await web('restart: ask')
    world.services.state.set('web', [dead()])
    await world.advance(minute)
    expect(world.services.restarted).toEqual([])
    expect(world.chat.messages).toMatchObject([{ sound: false }])
    expect(world.chat.last().buttons).toContain('Restart')
    expect(world.chat.last().buttons).not.toContain('Fix now')
  })

  test('that does not come up is told after three attempts', async () => {
    const world = await web('restart: auto, severity: critical')
    world.services.state.set('web', [dead()])
    await world.advance(3 * minute)
    expect(world.services.restarted).toHaveLength(3)
    expect(world.chat.messages).toMatchObject([{ sound: true }])
    expect(world.chat.last().text).toContain('restart: tried 3 times')
  })

  test('that somebody stopped is noted silently and left alone', async () => {
    const world = await web('restart: auto, severity: critical')
    await world.advance(12_000)
    world.services.state.set('web', [
      instance({ state: 'stopped', pid: null, since: null, saw: 'stopped' }),
    ])
    await world.advance(10 * minute)
    expect(world.services.restarted).toEqual([])
    expect(world.chat.messages).toMatchObject([{ sound: false }])
    expect(world.chat.last().text).toContain('⏸ web was stopped by hand')
    expect(world.chat.last().buttons).toContain('Restart')
    up(world, 6000)
    await world.advance(minute)
    expect(world.store.incidents.open()).toEqual([])
    expect(world.chat.messages).toHaveLength(1)
  })

  test('that dies and is then stopped by a person is not down any more', async () => {
    const world = await web('restart: ask')
    world.services.state.set('web', [dead()])
    await world.advance(15_000)
    world.services.state.set('web', [
      instance({ state: 'stopped', pid: null, since: null, saw: 'stopped' }),
    ])
    await world.advance(minute)
    expect(world.incidents('web')).toMatchObject([
      { cause: 'threshold', ending: 'stopped' },
      { cause: 'stopped', endedAt: null },
    ])
  })

  const unseen = instance({
    state: 'stopped',
    pid: null,
    since: null,
    saw: 'stopped',
    witnessed: false,
  })

  test('whose death was seen before the bot was killed is still dead, and restarted', async () => {
    const world = await web('restart: auto')
    await world.advance(12_000)
    world.services.restart = () => Promise.reject(new Error('not yet'))
    world.services.state.set('web', [dead()])
    await world.advance(12_000)
    await world.kill()
    world.services.state.set('web', [unseen])
    world.services.restart = async () => up(world, 5000)
    await world.start()
    await world.advance(minute)
    expect(world.incidents('web')).toMatchObject([{ cause: 'threshold', ending: 'fixed' }])
  })

  test('whose death was seen is down until a stop is seen', async () => {
    const world = await web('restart: ask')
    world.services.state.set('web', [dead()])
    await world.advance(12_000)
    await world.kill()
    world.services.state.set('web', [unseen])
    await world.start()
    await world.advance(minute)
    expect(world.incident('web')).toMatchObject({
      cause: 'threshold',
      value: true,
      saw: 'exited with code 1',
    })
    world.services.state.set('web', [{ ...unseen, witnessed: true }])
    await world.advance(minute)
    expect(world.incidents('web')).toMatchObject([
      { cause: 'threshold', ending: 'stopped' },
      { cause: 'stopped', endedAt: null },
    ])
  })

  test.each([
    ['well', instance()],
    ['full of crashes', instance({ crashes: 9 })],
  ])('that was %s and is found stopped after the bot was away is left alone', async (_, before) => {
    const world = await web('restart: auto, warning: crashes > 5')
    world.services.state.set('web', [before])
    await world.advance(12_000)
    await world.kill()
    const { length } = world.services.restarted
    world.services.state.set('web', [unseen])
    await world.start()
    await world.advance(minute)
    expect(world.services.restarted).toHaveLength(length)
    expect(world.incident('web')).toMatchObject({ cause: 'stopped' })
  })

  test('a slow start is waited for where only a command tells', async () => {
    const world = await openWorld(`
services:
  web: { manager: { command: { start: [a], stop: [b], status: [c] } }, every: 10s, restart: auto }
`)
    world.services.restart = async () => void world.clock.after(8_000, () => up(world, 1))
    world.services.state.set('web', [dead()])
    await world.advance(minute)
    expect(world.services.restarted).toHaveLength(1)
    expect(world.incidents('web')).toMatchObject([{ ending: 'fixed' }])
  })
})
