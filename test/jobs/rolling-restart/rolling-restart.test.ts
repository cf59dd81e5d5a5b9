import { expect, test } from 'vitest'
import rollingRestart from '../../../src/jobs/rolling-restart.ts'
import task from '../../../src/jobs/task.ts'
import { dead, instance } from '../../support/manager.ts'
import { openWorld, type World } from '../../support/flow.ts'

const yaml = `
services:
  api: { manager: { pm2: api } }
  web: { manager: { pm2: web }, severity: critical }
  job: { manager: { command: { status: "pgrep job" } } }
  own: { manager: { pm2: own } }
  off: { manager: { pm2: off } }
tasks:
  weekly: { kind: rolling-restart, services: all, schedule: "0 13 * * *", for: 5s, watch: 1m }
`

/** Every service is up; a restart makes it a new process. */
async function open(): Promise<World> {
  const world = await openWorld(yaml, { jobs: [task, rollingRestart] })
  const { services, clock } = world
  for (const name of ['api', 'web', 'job']) services.state.set(name, [instance({ pid: 10 })])
  services.state.set('own', [instance({ pid: process.pid })])
  services.state.set('off', [instance({ state: 'stopped', pid: null })])
  services.restart = async (name) =>
    void services.state.set(name, [instance({ pid: 20, since: clock.now() })])
  return world
}

const run = async (world: World, ms = 200_000): Promise<void> => {
  world.scheduled.get('0 13 * * *')?.()
  await world.pass(ms, 1_000)
}

const end = (world: World) => world.store.jobs.ended(1)[0]?.end

test('one by one, without the bot itself, what is stopped, and what nothing starts', async () => {
  await using world = await open()
  await run(world)
  expect(world.services.orders).toEqual(['reload api', 'reload web'])
  expect(end(world)).toMatchObject({ ok: true, outcome: 'restarted', severity: 'info' })
  // That one is stopped was there before, and is all there is to say.
  expect(world.chat.messages.map(({ text }) => text)).toEqual([
    expect.stringContaining('off was stopped by hand'),
  ])
})

test('the confirmation shows what it does and what is left out', async () => {
  await using world = await open()
  const about = { task: 'weekly' }
  const asked = await world.house.prepare({ do: 'job', kind: 'rolling-restart', about })
  expect(asked.steps).toEqual([
    'restart api, copy by copy, without a gap',
    'restart web, copy by copy, without a gap',
  ])
  expect(JSON.stringify(asked.warnings)).toContain(
    'job: nothing starts it, own: the bot itself, off: stopped',
  )
})

test('it ends at the first that does not come back, and says what was not begun', async () => {
  await using world = await open()
  world.services.restart = async (name) => void world.services.state.set(name, [dead()])
  await run(world)
  expect(world.services.orders).toEqual(['reload api'])
  expect(end(world)).toMatchObject({ ok: false, outcome: 'not-back', severity: 'warning' })
  const text = world.chat.messages.map((one) => one.text).join('\n')
  expect(text).toContain('❌ api did not come back')
  expect(text).toContain('Not begun: web')
})

test('new errors in the log since the restart are told, old ones are not', async () => {
  await using world = await open()
  const { services, clock } = world
  services.log.push('ERROR: out of cheese')
  services.restart = async (name) => {
    services.state.set(name, [instance({ pid: 20, since: clock.now() })])
    if (name === 'api') services.log.push('ERROR: out of cheese', 'ERROR: no such table: users')
  }
  await run(world)
  expect(end(world)).toMatchObject({ ok: true, outcome: 'new-errors', severity: 'warning' })
  const text = world.chat.messages.map((one) => one.text).join('\n')
  expect(text).toContain('no such table: users')
  expect(text).not.toContain('out of cheese')
})

test('killed after a restart was made: judged, not made again, and on with the next', async () => {
  await using world = await open()
  const { services, clock } = world
  services.restart = (name) => {
    services.state.set(name, [instance({ pid: 20, since: clock.now() })])
    return name === 'api' ? new Promise(() => undefined) : Promise.resolve()
  }
  world.scheduled.get('0 13 * * *')?.()
  await world.advance(2_000)
  await world.crash()
  await world.pass(200_000, 1_000)
  expect(services.orders).toEqual(['reload api', 'reload web'])
  expect(end(world)).toMatchObject({ ok: true, outcome: 'restarted' })
})

test('killed before it was made: made now', async () => {
  await using world = await open()
  const { services, clock } = world
  let first = true
  services.restart = async (name) => {
    if (first) {
      first = false
      return new Promise(() => undefined)
    }
    services.state.set(name, [instance({ pid: 20, since: clock.now() })])
  }
  world.scheduled.get('0 13 * * *')?.()
  await world.advance(2_000)
  await world.crash()
  await world.pass(200_000, 1_000)
  expect(services.orders).toEqual(['reload api', 'reload api', 'reload web'])
  expect(end(world)).toMatchObject({ ok: true, outcome: 'restarted' })
})
