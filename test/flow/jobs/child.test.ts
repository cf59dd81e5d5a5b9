import { describe, expect, test } from 'vitest'
import { messageOf, OperatorError } from '../../../src/contract/error.ts'
import { verbatim } from '../../../src/contract/message.ts'
import type { ChildEnd, JobEnd, StepContext } from '../../../src/flow/jobs/kind.ts'
import { asha, ben, openWorld, type World } from '../../support/flow.ts'
import { action, yaml } from './opened.ts'
import { minute, scripted, type Script, stageOf, usual } from './scripted.ts'

const about = { script: JSON.stringify(usual) }

/** A job that begins another one in its first step, and what came of that. */
async function family(options: { end?: Partial<JobEnd>; script?: Script } = {}) {
  const elder = stageOf()
  const stage = stageOf()
  const came: (ChildEnd | string)[] = []
  const of = { script: JSON.stringify(options.script ?? usual) }
  elder.run = async (step: string, { child }: StepContext<never>) => {
    if (step !== 'make') return
    const end = await child('script', of).catch((error: unknown) => messageOf(error))
    came.push(end)
    if (typeof end === 'string') throw new OperatorError(end)
    if (!end.end.ok) throw new OperatorError('the other one did not work')
  }
  const script = scripted(stage)
  const parent = {
    ...scripted(elder, { live: true }),
    kind: 'parent',
    locks: () => ['parent:web'],
    touches: () => [],
  }
  const other = {
    ...script,
    next: (...all: Parameters<typeof script.next>) => {
      const move = script.next(...all)
      return 'end' in move ? { end: { ...move.end, ...options.end } } : move
    },
  }
  const world = await openWorld(yaml, { jobs: [parent, other] })
  const begin = async (): Promise<void> => {
    const order = { do: 'job', kind: 'parent', about } as const
    expect(await world.house.perform(order, asha, 'one')).toBeNull()
    await world.advance(1)
  }
  return { world, elder, stage, came, begin }
}

const steps = (world: World, id: number): readonly string[] =>
  world.store.jobs.steps(id).map(({ step, ended }) => `${step} ${ended}`)

describe('a job that another one has begun', () => {
  test('is waited for, and its end is handed over', async () => {
    const { world, stage, came, begin } = await family()
    stage.acts = ['slow', 'slow']
    await begin()
    expect(steps(world, 1)).toEqual(['make null'])
    expect(world.store.jobs.get(2)).toMatchObject({ kind: 'script', by: 'Asha' })
    await world.advance(2 * minute)
    expect(came).toMatchObject([{ id: 2, end: { ok: true }, memory: { n: 3 } }])
    expect(world.house.jobs(2).map(({ ok }) => ok)).toEqual([true, true])
  })

  test('has no message, also where it fails: the one that waits tells of it', async () => {
    const { world, stage, came, begin } = await family()
    stage.acts = ['fail']
    await begin()
    await world.advance(minute)
    expect(came).toMatchObject([{ end: { ok: false } }])
    expect(steps(world, 1)).toEqual(['make failed', 'sweep done'])
    expect(world.chat.messages.filter(({ text }) => text.startsWith('❌'))).toHaveLength(1)
  })

  test('is told of with a sound all the same where somebody has to come', async () => {
    const { world, stage, begin } = await family({ end: { severity: 'critical' } })
    stage.acts = ['fail']
    await begin()
    await world.advance(minute)
    expect(world.chat.loud()).toHaveLength(1)
    expect(world.chat.loud()[0]?.text).toContain('make failed')
  })

  test('shows how far it has come in the message of the one that waits', async () => {
    const { world, stage, begin } = await family()
    stage.run = async (_, { progress, pause }) => {
      progress(verbatim('1 GiB of 2 GiB'))
      await pause(minute)
    }
    await begin()
    await world.advance(6_000)
    expect(world.chat.messages).toHaveLength(1)
    expect(world.chat.messages[0]?.text).toMatch(/^⏳ Playing web\n.*\n1 GiB of 2 GiB/)
  })

  test('waits until its locks are free', async () => {
    const { world, stage, came, begin } = await family()
    stage.acts = ['slow']
    expect(await world.house.perform(action, ben, 'two')).toBeNull()
    await begin()
    await world.advance(20_000)
    expect(world.house.jobs(9)).toHaveLength(2)
    await world.advance(minute)
    expect(came).toMatchObject([{ id: 3, end: { ok: true } }])
  })

  test('is never begun where nobody waits any more when its locks are free', async () => {
    const { world, stage, came, begin } = await family()
    stage.acts = ['hang']
    expect(await world.house.perform(action, ben, 'two')).toBeNull()
    await begin()
    expect(world.house.cancelJob(2, asha).id).toBe('job-cancel-taken')
    await world.advance(minute)
    expect(came).toEqual(['cancelled by Asha'])
    expect(world.store.jobs.steps(1)).toMatchObject([{ ended: null }])
    await world.advance(10 * minute)
    expect(world.house.jobs(9)).toHaveLength(2)
  })

  test('that cannot be begun is the failure of the one that wants it', async () => {
    const { world, came, begin, elder } = await family()
    elder.run = async (_, { child }) => {
      came.push(await child('nothing', about).catch((error: unknown) => messageOf(error)))
    }
    await begin()
    expect(came[0]).toBe('there is no nothing any more')
    expect(world.house.jobs(9)).toHaveLength(1)
  })
})

describe('when the one that waits is ended', () => {
  test('by a person, the other one is cancelled on their word, and both say so', async () => {
    const { world, stage, came, begin } = await family()
    stage.acts = ['hang']
    await begin()
    expect(world.house.cancelJob(1, ben).id).toBe('job-cancel-taken')
    await world.advance(1)
    expect(steps(world, 2)).toEqual(['make cancelled', 'sweep done'])
    expect(world.store.jobs.steps(2)[0]).toMatchObject({ why: 'cancelled by Ben' })
    expect(steps(world, 1)).toEqual(['make cancelled', 'sweep done'])
    expect(came).toMatchObject([{ end: { ok: false } }])
  })

  test('where that is not safe now, the other one is cancelled as soon as it is', async () => {
    const script: Script = {
      first: 'swap',
      most: 9,
      table: { 'swap done': 'make', 'make done': 'watch', 'make cancelled': 'sweep' },
    }
    const { world, stage, begin } = await family({ script })
    stage.acts = ['slow', 'done']
    await begin()
    world.house.cancelJob(1, ben)
    await world.advance(6_000)
    // It has waited for the other one as long as a step may take to let go.
    expect(steps(world, 1)).toEqual(['make cancelled', 'sweep done'])
    expect(steps(world, 2)).toEqual(['swap null'])
    await world.advance(minute)
    expect(steps(world, 2)).toEqual(['swap done', 'make cancelled', 'sweep done'])
    expect(stage.begun.map(({ step }) => step)).toEqual(['swap', 'sweep'])
  })

  test('by its time, the other one is cancelled', async () => {
    const { world, stage, came, begin } = await family()
    stage.acts = ['done', 'done', 'hang']
    stage.run = async (step, { pause }) => {
      if (step === 'watch') await pause(4.9 * minute)
      if (step === 'make') await pause(minute)
    }
    await begin()
    await world.advance(5.5 * minute)
    expect(steps(world, 1)[0]).toBe('make late')
    expect(steps(world, 2)).toEqual(['make done', 'swap done', 'watch cancelled'])
    expect(came).toMatchObject([{ end: { ok: false } }])
  })

  test('by a stop of the program, the other one goes on after it, and nobody has cancelled it', async () => {
    const { world, stage, begin } = await family()
    stage.acts = ['hang']
    await begin()
    const stopped = world.stop()
    await world.clock.advance(20_000)
    await stopped
    await world.start()
    await world.advance(minute)
    expect(steps(world, 2)).toEqual(['make cut-short', 'sweep done'])
    expect(steps(world, 1)).toEqual(['make cut-short', 'sweep done'])
    expect(world.events('job-cancel')).toEqual([])
    expect(world.chat.messages.map(({ text }) => text).join('\n')).not.toContain('cancelled')
  })

  test('by kill -9, each goes on by its own rule, and the other one tells of itself', async () => {
    const { world, stage, begin } = await family()
    stage.acts = ['hang']
    await begin()
    await world.crash()
    await world.advance(minute)
    expect(steps(world, 1)).toEqual(['make cut-short', 'sweep done'])
    expect(steps(world, 2)).toEqual(['make cut-short', 'sweep done'])
    expect(world.store.jobs.open()).toEqual([])
    expect(world.flow.busy()).toBe(false)
    expect(world.chat.messages.filter(({ text }) => text.startsWith('❌'))).toHaveLength(2)
  })

  test('by kill -9 between its steps, it does not begin the other one twice', async () => {
    const { world, stage, elder, begin } = await family()
    stage.acts = ['slow']
    elder.acts = ['done', 'slow']
    await begin()
    await world.advance(35_000)
    expect(steps(world, 1)).toEqual(['make done', 'swap null'])
    await world.crash()
    await world.advance(minute)
    expect(world.house.jobs(9)).toHaveLength(2)
  })
})
