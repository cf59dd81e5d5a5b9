import { describe, expect, test } from 'vitest'
import { createWatchdog } from '../../src/flow/watchdog.ts'
import { manualClock } from '../support/manual.ts'

const unlogged = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

function opened() {
  const clock = manualClock(0)
  const world = { clock, busy: false, gone: [] as (readonly string[])[] }
  const watchdog = createWatchdog({
    clock,
    log: unlogged,
    busy: () => world.busy,
    hopeless: (loops) => world.gone.push(loops),
  })
  watchdog.start()
  return { ...watchdog, world, clock }
}

describe('a watchdog', () => {
  test('says nothing of loops that turn, rest, or are not due yet', async () => {
    const { loop, faults, world, clock } = opened()
    loop('resting').expect(1_000)
    loop('resting').rest()
    for (let turn = 0; turn < 100; turn++) {
      loop('turning').expect(2_000)
      await clock.advance(2_000)
    }
    expect(faults()).toEqual([])
    expect(world.gone).toEqual([])
  })

  test('names a loop that is late, and asks for a fresh start when it stays so', async () => {
    const { loop, faults, world, clock } = opened()
    loop('rounds').expect(30_000)
    await clock.advance(40_000)
    expect(faults()).toEqual(['rounds: stuck for 10 s'])
    expect(world.gone).toEqual([])
    await clock.advance(60_000)
    expect(world.gone).toEqual([['rounds']])
    await clock.advance(600_000)
    expect(world.gone).toHaveLength(1)
  })

  test('lets a job end first', async () => {
    const { loop, world, clock } = opened()
    world.busy = true
    loop('rounds').expect(1_000)
    await clock.advance(3_600_000)
    expect(world.gone).toEqual([])
    world.busy = false
    await clock.advance(5_000)
    expect(world.gone).toEqual([['rounds']])
  })

  test('blames nobody for the time in which the machine was suspended', async () => {
    const { loop, faults, world, clock } = opened()
    loop('rounds').expect(30_000)
    await clock.leap(3_600_000)
    expect(faults()).toEqual([])
    await clock.advance(20_000)
    expect(faults()).toEqual([])
    await clock.advance(20_000)
    expect(faults()).toHaveLength(1)
    expect(world.gone).toEqual([])
  })

  test('takes up a loop again that recovers by itself', async () => {
    const { loop, faults, world, clock } = opened()
    loop('delivery').expect(1_000)
    await clock.advance(31_000)
    expect(faults()).toEqual(['delivery: stuck for 30 s'])
    loop('delivery').rest()
    await clock.advance(600_000)
    expect(faults()).toEqual([])
    expect(world.gone).toEqual([])
  })
})
