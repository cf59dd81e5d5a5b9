import { describe, expect, test } from 'vitest'
import { refuseWrites } from '../../support/database.ts'
import type { JobKind } from '../../../src/flow/jobs/kind.ts'
import { asha, ben, openWorld } from '../../support/flow.ts'
import { dead } from '../../support/manager.ts'
import { action, opened, ordered, reasons, yaml } from './opened.ts'
import { minute, scripted, stageOf } from './scripted.ts'

describe('a start after a crash', () => {
  test('says where it was cut short, and goes on by the rule of its kind', async () => {
    const { world, stage } = await opened()
    stage.acts = ['slow', 'slow']
    await ordered(world)
    await world.advance(10_000)
    await world.crash()
    await world.advance(5_000)
    expect(reasons(world)).toEqual(['begun', 'cut-short', 'begun'])
    const [shown] = world.chat.messages
    expect(shown?.text).toContain('I was restarted in the middle of “Make”')
    await world.advance(minute)
    expect(shown?.text).toContain('❌ It is over: make cut-short, sweep done')
    expect(shown?.text).toContain('I was restarted in the middle of “Make”')
  })

  test('takes the locks again before anything else may begin', async () => {
    const { world, stage } = await opened()
    await world.advance(15_000)
    stage.acts = ['done', 'slow', 'slow']
    await ordered(world)
    world.services.state.set('web', [dead()])
    await world.kill()
    const accept = refuseWrites()
    await world.start()
    await world.advance(20_000)
    const restart = { do: 'restart', service: 'web' } as const
    const held = JSON.stringify(await world.house.perform(restart, ben, 'r'))
    expect(held).toContain('script web')
    expect(held).toContain(`"since":{"time":${world.store.jobs.get(1)?.startedAt}}`)
    expect(world.services.restarted).toEqual([])
    accept()
    await world.advance(2 * minute)
    expect(world.store.jobs.open()).toEqual([])
  })

  test('lets nothing begin while it still reads how its jobs go on', async () => {
    const { world, stage } = await opened()
    stage.acts = ['slow', 'slow']
    await ordered(world)
    await world.kill()
    const { promise: first, resolve: haveRead } = Promise.withResolvers<void>()
    const reads = [first]
    world.readJob = async () => reads.shift()
    const started = world.start()
    const second = world.house.perform(action, ben, 'two')
    await world.advance(1_000)
    expect(world.store.jobs.open()).toHaveLength(1)
    haveRead()
    await started
    expect(JSON.stringify(await second)).toContain('outcome-busy')
    await world.advance(2 * minute)
    expect(world.store.jobs.ended(9)).toHaveLength(1)
  })

  test('is none where the file of an unfinished job cannot be read: it is not given up', async () => {
    const { world, stage } = await opened()
    stage.acts = ['slow', 'slow']
    await ordered(world)
    await world.kill()
    world.readJob = () => Promise.reject(new SyntaxError('half a file'))
    await expect(world.start()).rejects.toThrow('half a file')
    await world.kill()
    world.readJob = async () => undefined
    await world.start()
    await world.advance(2 * minute)
    expect(world.store.jobs.ended(9)).toMatchObject([{ end: { outcome: 'broke' } }])
  })

  test('goes on with each of two jobs of which one waited for the service of the other', async () => {
    const stage = stageOf()
    const first = scripted(stage)
    const jobs = [first, { ...first, kind: 'other', locks: () => ['other:web'] }]
    const world = await openWorld(yaml, { jobs })
    stage.acts = ['slow', 'done', 'hang']
    await ordered(world)
    expect(await world.house.perform({ ...action, kind: 'other' }, ben, 'two')).toBeNull()
    await world.advance(45_000)
    expect(stage.begun.map(({ job, step }) => `${job} ${step}`)).toEqual([
      '1 make',
      '2 make',
      '2 swap',
    ])
    await world.crash()
    await world.advance(2 * minute)
    const outcomes = world.store.jobs.ended(9).map(({ end }) => end?.outcome)
    expect(outcomes).toEqual(['broke', 'broke'])
    expect(world.chat.loud()).toEqual([])
  })

  test('gives up what nobody knows any more how to do, and says so with a sound', async () => {
    const { world, stage } = await opened({ jobs: [] })
    stage.acts = ['slow', 'slow']
    await ordered(world)
    await world.kill()
    world.configure(yaml.replace('web:', 'api:').replace('pm2: web', 'pm2: api'))
    const kinds = world.jobs as JobKind[]
    kinds.pop()
    await world.start()
    await world.advance(minute)
    expect(world.house.jobs(1)).toMatchObject([{ outcome: 'abandoned', ok: false }])
    expect(world.chat.loud()[0]?.text).toContain('was left half-done: there is no script any more')
    expect(world.chat.messages[0]?.text).toContain('was left half-done')
    expect(world.flow.busy()).toBe(false)
  })
})

describe('a full disk', () => {
  const playing = (first: 'make' | 'sweep') => {
    const script = { first, most: 12, table: {} }
    return { do: 'job', kind: 'script', about: { script: JSON.stringify(script) } } as const
  }

  test('is waited for before a step, while its lock is held', async () => {
    const { world, stage } = await opened()
    const accept = refuseWrites(/job_steps/)
    expect(await world.house.perform(playing('make'), asha, 'one')).toBeNull()
    await world.advance(30_000)
    expect(stage.begun).toEqual([])
    expect(world.faults.length).toBeGreaterThan(3)
    const other = await world.house.perform(playing('make'), ben, 'two')
    expect(JSON.stringify(other)).toContain('outcome-busy')
    accept()
    await world.advance(6_000)
    expect(reasons(world)).toEqual(['begun', 'done'])
  })

  test('is not waited for by a step that tidies, whose end is written when there is room', async () => {
    const { world, stage } = await opened()
    const accept = refuseWrites(/job_steps/)
    expect(await world.house.perform(playing('sweep'), asha, 'one')).toBeNull()
    await world.advance(30_000)
    expect(stage.begun).toHaveLength(1)
    expect(world.store.jobs.open()).toHaveLength(1)
    accept()
    await world.advance(6_000)
    expect(reasons(world)).toEqual(['done'])
    expect(world.store.jobs.steps(1)).toMatchObject([{ step: 'sweep', ended: 'done' }])
    expect(world.store.jobs.open()).toEqual([])
  })

  test('after a step: what is to be remembered of it is not forgotten', async () => {
    const { world, stage } = await opened()
    stage.acts = ['slow']
    await ordered(world)
    const accept = refuseWrites()
    await world.advance(60_000)
    expect(stage.begun.map(({ step }) => step)).toEqual(['make'])
    accept()
    await world.advance(30_000)
    expect(reasons(world)).toEqual(['begun', 'done', 'begun', 'done', 'begun', 'done'])
    expect(world.store.jobs.get(1)?.memory).toMatchObject({ n: 3 })
  })
})
