import { describe, expect, it } from 'vitest'
import fix from '../../fixes/restart.ts'
import type { FixContext } from '../../src/contract/fix.ts'
import type { Instance } from '../../src/contract/service.ts'
import { fakeHost, fakeServices } from '../support/facts.ts'

const down: Instance = {
  label: '',
  state: 'down',
  pid: null,
  since: null,
  crashes: 1,
  looping: false,
  saw: 'exited with code 1',
}
const around = (instances: readonly Partial<Instance>[], subject = '') => {
  const restarted: (string | undefined)[] = []
  const services = fakeServices({ service: instances.map((more) => ({ ...down, ...more })) })
  const context: FixContext = {
    host: fakeHost({}),
    services: {
      get: (name) => ({
        ...services.get(name),
        restartSteps: (label) =>
          label === undefined ? ['stop web', 'start web'] : [`restart ${label}`],
        restart: (_, label) => {
          restarted.push(label)
          return Promise.resolve()
        },
      }),
    },
    reading: { subject, metrics: { down: true } },
    signal: new AbortController().signal,
    now: 0,
  }
  return { context, restarted }
}
const params = fix.params.parse({ service: 'web' })
const plan = async (context: FixContext) => fix.plan(await fix.look(params, context), params)

describe('the restart fix', () => {
  it('shows the manager’s own steps and takes them as one', async () => {
    const { context, restarted } = around([{}])
    const steps = await plan(context)
    expect(steps).toEqual([{ show: 'stop web, then start web', act: { service: 'web' } }])
    for (const step of steps)
      expect(await fix.act(step, params, context)).toEqual({ result: 'restarted web' })
    expect(restarted).toEqual([undefined])
  })

  it('restarts only the instance that complained', async () => {
    const { context, restarted } = around([{ label: '0', state: 'up' }, { label: '1' }], '1')
    const [step] = await plan(context)
    expect(step).toEqual({ show: 'restart 1', act: { service: 'web', instance: '1' } })
    if (step) expect(await fix.act(step, params, context)).toEqual({ result: 'restarted web 1' })
    expect(restarted).toEqual(['1'])
  })

  it('restarts all where no single one complained', async () => {
    const { context } = around([{ label: '0' }, { label: '1' }], 'health')
    expect(await plan(context)).toMatchObject([{ act: { service: 'web' } }])
  })

  it('plans nothing for what somebody stopped, or what is not there', async () => {
    expect(await plan(around([{ state: 'stopped' }]).context)).toEqual([])
    expect(await plan(around([{ state: 'missing' }]).context)).toEqual([])
    expect(
      await plan(around([{ label: '0', state: 'stopped' }, { label: '1' }], '0').context),
    ).toEqual([])
    expect(
      await plan(around([{ label: '0', state: 'stopped' }, { label: '1' }], 'health').context),
    ).toHaveLength(1)
  })

  it('restarts what nobody saw end only where its own check still calls that a death', async () => {
    const unseen = { state: 'stopped', witnessed: false } as const
    const { context } = around([unseen])
    expect(await plan(context)).toEqual([])
    const reading = { subject: '', metrics: {}, witnessed: false }
    expect(await plan({ ...context, reading })).toHaveLength(1)
    expect(await plan({ ...around([{ state: 'stopped' }]).context, reading })).toEqual([])
  })

  it('does not undo a stop that came after the plan', async () => {
    const [step] = await plan(around([{}]).context)
    const { context, restarted } = around([{ state: 'stopped' }])
    if (!step) throw new Error('no plan')
    await expect(fix.act(step, params, context)).rejects.toThrow('web was stopped meanwhile')
    expect(restarted).toEqual([])
  })

  it('restarts what tells no status', async () => {
    const { context } = around([])
    expect(await plan(context)).toHaveLength(1)
  })
})
