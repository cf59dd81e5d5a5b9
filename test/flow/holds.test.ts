import { expect, test } from 'vitest'
import { holdsOf } from '../../src/flow/holds.ts'
import rollingRestart from '../../src/jobs/rolling-restart.ts'
import { asha, openWorld, type World } from '../support/flow.ts'
import { dead, instance } from '../support/manager.ts'
import { opened, ordered } from './jobs/opened.ts'
import { minute } from './jobs/scripted.ts'

const yaml = `
services:
  node: { manager: { pm2: node }, restart: auto, severity: critical }
tasks:
  weekly: { kind: rolling-restart, services: [node], schedule: "0 13 * * *" }
`

const hold = { at: Date.parse('2026-03-10T11:50:00Z'), backup: 'keys' }

async function open(): Promise<World> {
  const world = await openWorld(yaml, { jobs: [rollingRestart] })
  const { services } = world
  services.restart = async (name) => void services.state.set(name, [instance({ pid: 20 })])
  return world
}

const isHeld = ({ store }: World): boolean => holdsOf({ store }).of('node') !== null

test('a held service is not restarted by itself, also not after a restart of the bot', async () => {
  await using world = await open()
  holdsOf(world).put('node', hold)
  world.services.state.set('node', [dead()])
  await world.pass(600_000)
  await world.crash()
  await world.pass(600_000)
  expect(world.services.restarted).toEqual([])
  holdsOf(world).release('node')
  await world.pass(600_000)
  expect(world.services.restarted).not.toEqual([])
})

test('a person restarts it with typed words that say what has to be seen before', async () => {
  await using world = await open()
  holdsOf(world).put('node', hold)
  const prepared = await world.house.prepare({ do: 'restart', service: 'node' })
  expect(prepared.typed?.phrase).toBe('start node, no other copy runs')
  expect(prepared.typed?.loses.map(({ id }) => id)).toEqual([
    'hold-since',
    'hold-epochs',
    'hold-proof',
  ])
  const done = world.house.perform(prepared.action, asha, 'token')
  await world.pass(60_000)
  expect(await done).toMatchObject({ ok: true })
  expect(isHeld(world)).toBe(false)
})

test('a restart that was confirmed before the hold does nothing', async () => {
  await using world = await open()
  const { action } = await world.house.prepare({ do: 'restart', service: 'node' })
  holdsOf(world).put('node', hold)
  expect(await world.house.perform(action, asha, 'token')).toMatchObject({ ok: false })
  expect(world.services.restarted).toEqual([])
  expect(isHeld(world)).toBe(true)
  const { action: shown } = await world.house.prepare({ do: 'restart', service: 'node' })
  holdsOf(world).put('node', { ...hold, at: hold.at + 1 })
  expect(await world.house.perform(shown, asha, 'other')).toMatchObject({ ok: false })
  expect(world.services.restarted).toEqual([])
})

test('a rolling restart refuses it', async () => {
  await using world = await open()
  holdsOf(world).put('node', hold)
  const asked = world.house.prepare({
    do: 'job',
    kind: 'rolling-restart',
    about: { task: 'weekly' },
  })
  await expect(asked).rejects.toThrow('held since a restore')
})

test('a fix that was confirmed before the hold does nothing, and leaves its service free', async () => {
  await using world = await open()
  world.services.state.set('node', [dead()])
  holdsOf(world).put('node', { ...hold, at: hold.at - 1 })
  await world.pass(60_000)
  const { id } = world.incident('node')
  holdsOf(world).release('node')
  const { action } = await world.house.prepare({ do: 'fix', incident: id, plan: '' })
  holdsOf(world).put('node', hold)
  await expect(world.house.perform(action, asha, 'token')).rejects.toThrow('node is held')
  const { warnings } = await world.house.prepare({ do: 'restart', service: 'node' })
  expect(warnings).toEqual([])
  expect(world.services.restarted).toEqual([])
})

test.each(['start', 'restart', 'reload'] as const)(
  'a job that was under way before the hold cannot %s it any more',
  async (verb) => {
    const { world, stage } = await opened()
    stage.run = async (_, { services, signal }) => {
      holdsOf(world).put('web', hold)
      await services.get('web')[verb](signal)
    }
    await ordered(world)
    await world.advance(minute)
    const [job] = world.house.jobs(1)
    expect(world.house.jobLog(job?.id ?? 0)?.text).toContain('web is held')
    expect(world.services.restarted).toEqual([])
  },
)
