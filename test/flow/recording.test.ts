import { expect, test } from 'vitest'
import { openWorld } from '../support/flow.ts'
import { refuseWrites } from '../support/database.ts'

const minute = 60_000
const yaml = 'checks: { room: { kind: fake, of: room, every: 10s, warning: "used > 95%" } }'
const used = { check: 'room', host: 'main', subject: '/srv', metric: 'used' }

test('numbers of calm checks are kept, through a stop and through a kill', async () => {
  const world = await openWorld(yaml)
  const from = world.clock.now()
  const seen = () =>
    world.house.series(used, from, world.clock.now() + 1, 1).map(({ min, max }) => [min, max])
  const is = (value: number) =>
    world.seen.set('room', [{ subject: '/srv', metrics: { used: value, free: null, down: false } }])
  is(40)
  await world.advance(5 * minute)
  expect(seen()).toEqual([[40, 40]])
  is(60)
  await world.advance(minute)
  await world.stop()
  await world.start()
  expect(seen()).toEqual([[40, 60]])
  is(20)
  await world.advance(minute)
  await world.crash()
  expect(seen()).toEqual([[20, 60]])
  expect(world.house.series({ ...used, metric: 'down' }, from, Infinity, 1)).toEqual([])
})

test('a database that does not take them is a fault of the bot, and of nothing else', async () => {
  const world = await openWorld(yaml)
  world.seen.set('room', [{ subject: '/srv', metrics: { used: 40 } }])
  await world.advance(minute)
  refuseWrites(/samples_tail/)
  await world.advance(minute)
  expect(world.fault).toBeInstanceOf(Error)
  expect(world.house.incidents()).toEqual([])
})
