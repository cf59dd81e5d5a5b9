import { describe, expect, test } from 'vitest'
import { OperatorError } from '../../src/contract/error.ts'
import type { Action, Outcome } from '../../src/contract/house.ts'
import { asha, ben, openWorld, type World } from '../support/flow.ts'
import { dead, instance } from '../support/manager.ts'

const minute = 60_000

const yaml = `
checks: { disk: { kind: fake, of: disk, every: 10s, warning: "used > 85%", fix: sweep } }
fixes: { sweep: { kind: purge, verify: { within: 5s, every: 1s } } }
services:
  web: { manager: { pm2: web }, every: 10s }
`

const textOf = (outcome: Outcome | null): string => JSON.stringify(outcome?.message)

/** Performs while time goes on. */
async function perform(world: World, action: Action, token = 'one', by = ben) {
  const outcome = world.house.perform(action, by, token)
  await world.advance(minute)
  return outcome
}

const broken = async (): Promise<{ world: World; action: Action }> => {
  const world = await openWorld(yaml)
  world.seen.set('disk', { used: 90 })
  await world.advance(15_000)
  const { id } = world.incident('disk')
  const { action, steps } = await world.house.prepare({ do: 'fix', incident: id, plan: '' })
  expect(steps).toEqual(['sweep the floor'])
  return { world, action }
}

describe('a fix by an operator', () => {
  test('does what was shown, once for each token', async () => {
    const { world, action } = await broken()
    world.act = async () => {
      world.seen.set('disk', { used: 10 })
      return 'swept'
    }
    expect(await perform(world, action)).toMatchObject({ ok: true })
    expect(world.acted).toHaveLength(1)
    expect(world.incidents('disk')).toMatchObject([{ ending: 'fixed' }])
    expect(world.chat.last().text).toContain('✅ disk fixed by sweep')
    const again = await perform(world, action)
    expect(again).toMatchObject({ ok: false })
    expect(textOf(again)).toContain('outcome-done-already')
    expect(world.acted).toHaveLength(1)
  })

  test('two presses at the same moment run once', async () => {
    const { world, action } = await broken()
    const first = world.house.perform(action, ben, 'one')
    const second = world.house.perform(action, asha, 'two')
    await world.advance(minute)
    expect(textOf(await second)).toContain('outcome-busy')
    expect(textOf(await second)).toContain('Ben')
    await first
    expect(world.acted).toHaveLength(1)
  })

  test('a changed plan needs a new word', async () => {
    const { world, action } = await broken()
    world.steps = [{ show: 'sweep the street', act: {} }]
    const outcome = await perform(world, action)
    expect(textOf(outcome)).toContain('outcome-changed')
    expect(world.acted).toEqual([])
    world.steps = []
    expect(textOf(await perform(world, action, 'two'))).toContain('outcome-nothing-to-do')
  })

  test('does not count towards the attempts of the bot, and tells that it did not help', async () => {
    const { world, action } = await broken()
    const outcome = await perform(world, action)
    expect(outcome).toMatchObject({ ok: false })
    expect(textOf(outcome)).toContain('outcome-fix-failed')
    expect(world.incident('disk').remedy).toMatchObject({ phase: 'approval' })
    expect(world.chat.messages).toHaveLength(1)
  })

  test('of an incident that is over is refused in words', async () => {
    const { world, action } = await broken()
    world.seen.set('disk', { used: 10 })
    await world.advance(minute)
    await expect(world.house.perform(action, ben, 'one')).rejects.toThrow(OperatorError)
    expect(world.acted).toEqual([])
  })

  test('that a crash cut short is answered at the next start', async () => {
    const { world, action } = await broken()
    world.act = () => new Promise(() => undefined)
    const prepared = await world.house.prepare(action)
    const chat = { id: 1002 }
    const at = world.clock.now()
    world.store.confirmations.create({ token: 'one', userId: 1002, chat, action, prepared, at })
    world.store.confirmations.move('one', 'waiting', 'claimed')
    await world.chat.sender.deliver(
      { op: 'send', chat, message: { blocks: [] }, sound: false, late: false },
      new AbortController().signal,
    )
    world.store.confirmations.setMessage('one', world.chat.last().id)
    void world.house.perform(action, ben, 'one').catch(() => undefined)
    await world.advance(2_000)
    await world.kill()
    world.seen.set('disk', { used: 10 })
    await world.start()
    await world.advance(minute)
    const answers = world.chat.messages.filter((one) => one.chat === 1002)
    expect(answers.map(({ text }) => text.split('\n')[0])).toEqual([
      '⏸ Fix disk: I was interrupted. What came of it stands below.',
      expect.stringContaining('✅ Fixed disk'),
    ])
    expect(world.acted).toHaveLength(1)
    expect(world.store.confirmations.get('one')).toMatchObject({ state: 'done' })
  })

  test('that never began is answered too', async () => {
    const { world, action } = await broken()
    const prepared = await world.house.prepare(action)
    const at = world.clock.now()
    const chat = { id: 1002 }
    world.store.confirmations.create({ token: 'one', userId: 1002, chat, action, prepared, at })
    world.store.confirmations.move('one', 'waiting', 'claimed')
    await world.crash()
    await world.advance(minute)
    const answers = world.chat.messages.filter((one) => one.chat === 1002)
    expect(answers).toHaveLength(1)
    expect(answers[0]?.text).toContain('nothing was done')
  })
})

describe('a restart by an operator', () => {
  const restart: Action = { do: 'restart', service: 'web' }

  test('mutes its own consequences, holds 10 s, and says so', async () => {
    const world = await openWorld(yaml)
    await world.advance(12_000)
    world.services.restart = async (name) => {
      world.services.state.set(name, [dead()])
      world.services.change(name)
      world.clock.after(5_00, () => {
        world.services.state.set(name, [instance({ pid: 5000 })])
        world.services.change(name)
      })
    }
    const outcome = world.house.perform(restart, asha, 'one')
    await world.advance(9_000)
    let done = false
    void outcome.then(() => (done = true))
    await world.advance(500)
    expect(done).toBe(false)
    await world.advance(10_000)
    expect(await outcome).toMatchObject({ ok: true })
    expect(textOf(await outcome)).toContain('outcome-restarted')
    expect(world.store.incidents.recent(5)).toEqual([])
    expect(world.chat.tried).toEqual([])
  })

  test('is the same attempt failing when it dies within those 10 s', async () => {
    const world = await openWorld(yaml)
    await world.advance(12_000)
    world.services.restart = async (name) => {
      world.services.state.set(name, [instance({ pid: 5000 })])
      world.clock.after(6_000, () => {
        world.services.state.set(name, [instance({ pid: 5001 })])
        world.services.change(name)
      })
    }
    const outcome = await perform(world, restart)
    expect(outcome).toMatchObject({ ok: false })
    expect(textOf(outcome)).toContain('failed again after')
  })

  test('ends the incident it was about', async () => {
    const world = await openWorld(yaml)
    world.services.state.set('web', [dead()])
    await world.advance(15_000)
    expect(world.chat.last().buttons).toContain('Restart')
    world.services.restart = async (name) => {
      world.services.state.set(name, [instance({ pid: 5000 })])
    }
    expect(await perform(world, restart)).toMatchObject({ ok: true })
    expect(world.incidents('web')).toMatchObject([{ ending: 'restarted' }])
    expect(world.chat.messages).toMatchObject([{ edits: 1 }])
  })

  test('of a service that is not there is refused', async () => {
    const world = await openWorld(yaml)
    await expect(world.house.prepare({ do: 'restart', service: 'nope' })).rejects.toThrow(
      /no service nope/,
    )
    await expect(world.house.perform({ do: 'restart', service: 'nope' }, ben, 't')).rejects.toThrow(
      OperatorError,
    )
  })
})
