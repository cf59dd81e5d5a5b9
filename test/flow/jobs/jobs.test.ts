import { describe, expect, test } from 'vitest'
import { verbatim } from '../../../src/contract/message.ts'
import { asha, ben, openWorld } from '../../support/flow.ts'
import type { World } from '../../support/flow.ts'
import { dead, instance } from '../../support/manager.ts'
import { action, opened, ordered, reasons, yaml } from './opened.ts'
import { minute, scripted, stageOf } from './scripted.ts'

describe('a job that somebody ordered', () => {
  test('takes over the message that asked, and tells of each step there', async () => {
    const { world, stage } = await opened()
    stage.acts = ['slow', 'slow', 'done']
    await ordered(world)
    expect(world.chat.messages).toHaveLength(1)
    const [shown] = world.chat.messages
    expect(shown?.text).toBe('⏳ Playing web\nStep 1 of 3: Make')
    expect(shown?.buttons).toEqual(['Cancel'])
    await world.advance(10_000)
    expect(shown?.text).toContain('now slow')
    await world.advance(25_000)
    expect(shown?.text).toContain('Step 2 of 3: Swap')
    expect(shown?.buttons).toEqual([])
    await world.advance(minute)
    expect(shown?.text).toMatch(
      /^✅ It is over: make done, swap done, watch done\nTook .*, ordered by Asha/,
    )
    expect(shown?.buttons).toEqual(['Log'])
    expect(world.chat.messages).toHaveLength(1)
    expect(world.store.confirmations.get('one')?.state).toBe('done')
    expect(reasons(world)).toEqual(['begun', 'done', 'begun', 'done', 'begun', 'done'])
  })

  test('happens once for its confirmation, and once at a time', async () => {
    const { world, stage } = await opened()
    stage.acts = ['slow']
    await ordered(world)
    const other = await world.house.perform(action, ben, 'two')
    expect(JSON.stringify(other)).toContain('outcome-busy')
    expect(JSON.stringify(other)).toContain('Asha')
    const { warnings } = await world.house.prepare(action)
    expect(JSON.stringify(warnings)).toContain('script web')
    await world.advance(minute)
    const again = await world.house.perform(action, asha, 'one')
    expect(JSON.stringify(again)).toContain('outcome-done-already')
    expect(stage.begun).toHaveLength(3)
  })

  test('sends its output as a file when it fails, without secrets, and sounds when that is critical', async () => {
    const { world, stage } = await opened({ end: { severity: 'critical' } })
    stage.acts = ['fail']
    await ordered(world)
    await world.advance(minute)
    const [job] = world.house.jobs(1)
    expect(world.house.jobLog(job?.id ?? 0)?.text).toContain(
      'it does not work with ***. Try another',
    )
    expect(world.chat.messages.map(({ sound }) => sound)).toEqual([false, true, false])
    const file = world.chat.tried.find(({ message }) => message.file)
    expect(file?.message.file?.name).toBe('script-web-1.log')
    expect(file).toMatchObject({ op: 'send', replyTo: world.chat.messages[0]?.id })
    expect(JSON.stringify([world.chat.tried, world.events()])).not.toContain('hunter22')
  })

  test('shows the last errors of the step that its end is about, without secrets', async () => {
    const { world, stage } = await opened({ end: { shows: 'make', severity: 'critical' } })
    stage.acts = ['fail']
    stage.run = async (step, { say }) => {
      const said = ['all is well', 'Error: hunter22 was refused', `${step} goes on`]
      said.forEach((line) => say(line))
    }
    await ordered(world)
    await world.advance(minute)
    const [told, alarm] = world.chat.messages
    expect(told?.text).toMatch(/^❌ It is over: .*\nError: \*\*\* was refused\nTook /)
    expect(alarm?.text).toMatch(/^❌ It is over: .*\nError: \*\*\* was refused$/)
  })

  test('can be cancelled where that is safe, and only there', async () => {
    const { world, stage } = await opened()
    stage.acts = ['hang', 'slow']
    await ordered(world)
    const [job] = world.house.jobs(9)
    expect(job).toMatchObject({ cancellable: true, by: 'Asha', subject: 'web' })
    expect(world.house.cancelJob(1, ben).id).toBe('job-cancel-taken')
    await world.advance(1)
    expect(world.house.cancelJob(1, ben).id).toBe('job-cancel-not-now')
    await world.advance(minute)
    expect(reasons(world)).toEqual(['begun', 'cancelled', 'begun', 'done'])
    expect(world.store.jobs.steps(1)[0]).toMatchObject({ why: 'cancelled by Ben' })
    expect(world.house.cancelJob(1, ben).id).toBe('job-cancel-over')
  })

  test('is ended by its time, however long a step takes to let go', async () => {
    const { world, stage } = await opened()
    stage.run = async (step) => {
      if (step === 'make') await new Promise(() => undefined)
    }
    await ordered(world)
    await world.advance(6 * minute)
    expect(reasons(world)).toEqual(['begun', 'late'])
    expect(world.house.jobs(1)).toMatchObject([{ outcome: 'broke' }])
  })

  test('is not brought back to life by a step that goes on after it was given up', async () => {
    const { world, stage } = await opened()
    const { promise, resolve } = Promise.withResolvers<void>()
    const remembered: unknown[] = []
    stage.run = async (step, { say, remember }) => {
      if (step !== 'make') return
      await promise
      say('at last')
      try {
        remember({ n: 7 })
      } catch (error) {
        remembered.push(error)
      }
    }
    await ordered(world)
    await world.advance(6 * minute)
    const said = world.chat.messages[0]?.text
    expect(said).toContain('❌ It is over: make late')
    resolve()
    await world.advance(minute)
    expect(world.chat.messages[0]?.text).toBe(said)
    expect(remembered).toMatchObject([{ message: 'that step is over' }])
    expect(world.store.jobs.get(1)?.memory).toMatchObject({ n: 0 })
  })
})

describe('a job that nobody ordered', () => {
  const order = (world: World) => world.house.perform(action, { ...asha, name: 'schedule' }, 'none')

  test('says nothing when it goes well, and tells silently when it does not', async () => {
    const { world, stage } = await opened()
    await order(world)
    await world.advance(minute)
    expect(world.chat.messages).toEqual([])
    expect(world.house.history(5)).toMatchObject([
      { text: verbatim('✅ It is over: make done, swap done, watch done') },
    ])
    stage.acts = ['fail']
    await world.house.perform(action, asha, 'two')
    await world.advance(minute)
    expect(world.chat.messages.map(({ sound }) => sound)).toEqual([false, false])
    expect(world.chat.messages[0]?.text).toContain('❌ It is over: make failed, sweep done')
  })

  test('waits for the morning where it is told by night, unless it is critical', async () => {
    const night = { at: '2026-03-10T23:00:00Z' }
    const { world, stage } = await opened(night)
    stage.acts = ['fail']
    await order(world)
    await world.pass(7 * 60 * minute)
    expect(world.chat.messages).toEqual([])
    await world.pass(70 * minute)
    expect(world.chat.messages.some(({ text }) => text.includes('❌ It is over'))).toBe(true)

    const critical = await opened({ ...night, end: { severity: 'critical' } })
    critical.stage.acts = ['fail']
    await order(critical.world)
    await critical.world.advance(minute)
    expect(critical.world.chat.loud()).toHaveLength(1)
  })
})

describe('what a job works on', () => {
  test('is neither told nor healed meanwhile, and is judged afresh afterwards', async () => {
    const { world, stage } = await opened()
    await world.advance(15_000)
    stage.acts = ['done', 'slow']
    await ordered(world)
    world.services.state.set('web', [dead()])
    world.services.change('web')
    await world.advance(20_000)
    expect(world.store.incidents.recent(9)).toEqual([])
    expect(world.services.restarted).toEqual([])
    const restart = { do: 'restart', service: 'web' } as const
    expect(JSON.stringify(await world.house.perform(restart, ben, 'r'))).toContain('outcome-busy')
    await world.advance(15_000)
    expect(world.incident('web').metric).toBe('down')
    expect(world.services.restarted).toEqual(['web'])
  })

  test('is waited for while somebody else restarts it', async () => {
    const { world, stage } = await opened()
    await world.advance(15_000)
    world.services.restart = async () =>
      world.services.state.set('web', [instance({ pid: 7 })]) && undefined
    void world.house.perform({ do: 'restart', service: 'web' }, ben, 'r')
    await world.advance(100)
    await ordered(world)
    expect(stage.begun.map(({ step }) => step)).toEqual(['make'])
    expect(world.house.jobs(1)).toMatchObject([{ step: { id: 'job-step-swap' } }])
    await world.advance(15_000)
    expect(stage.begun.map(({ step }) => step)).toEqual(['make', 'swap', 'watch'])
  })

  test('says who held it where that took too long', async () => {
    const stage = stageOf()
    const script = scripted(stage)
    const { swap } = script.steps
    const steps = {
      ...script.steps,
      ...(swap && { swap: { ...swap, timeout: () => 10 * minute } }),
    }
    const other = { ...script, kind: 'other', locks: () => ['other:web'], steps }
    const world = await openWorld(yaml, { jobs: [script, other] })
    stage.acts = ['done', 'hang']
    await world.house.perform({ ...action, kind: 'other' }, ben, 'two')
    await world.advance(1)
    await ordered(world)
    await world.advance(6 * minute)
    expect(world.store.jobs.steps(2)[1]).toMatchObject({
      ended: 'late',
      why: 'not begun within 5m, because of other web (Ben)',
    })
  })

  test('holds a restart of the bot back, but not while it only watches', async () => {
    const { world, stage } = await opened()
    stage.acts = ['slow', 'done', 'slow']
    await ordered(world)
    expect(world.flow.busy()).toBe(true)
    await world.advance(35_000)
    expect(world.house.jobs(1)).toMatchObject([{ step: { id: 'job-step-watch' } }])
    expect(world.flow.busy()).toBe(false)
  })
})
