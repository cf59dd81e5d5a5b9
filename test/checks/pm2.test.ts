import { describe, expect, it } from 'vitest'
import check from '../../checks/pm2.ts'
import type { ProbeContext } from '../../src/contract/check.ts'
import type { Instance, Pm2Process } from '../../src/contract/service.ts'
import { fakeBackups, fakeHost, fakeServices } from '../support/facts.ts'

const instance: Instance = {
  label: '',
  state: 'up',
  pid: 42,
  since: 0,
  crashes: 2,
  looping: false,
  memory: 1000,
  cpu: 5,
  saw: 'up for 1h',
}
const one = (name: string, more: Partial<Instance> = {}): Pm2Process => ({
  name,
  restarts: 7,
  instance: { ...instance, ...more },
  logs: (lines, errors) => Promise.resolve([`${lines} ${errors} lines of ${name}`]),
})
const context = (homes: Record<string, readonly Pm2Process[]>): ProbeContext => ({
  host: fakeHost({}),
  services: { ...fakeServices({}), pm2: (home = 'usual') => Promise.resolve(homes[home] ?? []) },
  backups: fakeBackups({}),
  memo: new Map(),
  signal: new AbortController().signal,
  now: 0,
  redact: (text) => text,
})
const probe = (params: object, homes: Record<string, readonly Pm2Process[]>) =>
  check.probe(check.params.parse(params), context(homes))

describe('the pm2 check', () => {
  it('reads every process, instances apart', async () => {
    const usual = [
      one('web'),
      one('api', { label: '0' }),
      one('api', { label: '1', state: 'down', pid: null, saw: 'exited with code 1' }),
    ]
    const all = await probe({}, { usual })
    expect(all.map(({ subject }) => subject)).toEqual(['web', 'api 0', 'api 1'])
    expect(all[0]).toEqual({
      subject: 'web',
      metrics: { down: false, crashes: 2, looping: false, restarts: 7, memory: 1000, cpu: 5 },
      saw: 'up for 1h',
      identity: '42',
    })
    expect(all[2]).toMatchObject({ metrics: { down: true }, saw: 'exited with code 1' })
    expect(all[2]).not.toHaveProperty('identity')
  })

  it('leaves in peace what was stopped or has just begun', async () => {
    const usual = [one('a', { state: 'stopped' }), one('b', { state: 'starting' })]
    expect((await probe({}, { usual })).map(({ metrics }) => metrics['down'])).toEqual([
      false,
      false,
    ])
  })

  it('reads named processes, and those that should be there', async () => {
    const all = await probe({ name: ['web', 'gone'] }, { usual: [one('web'), one('api')] })
    expect(all.map(({ subject, metrics }) => [subject, metrics['down']])).toEqual([
      ['web', false],
      ['gone', true],
    ])
  })

  it('tells homes apart', async () => {
    const homes = { '/a': [one('web')], '/b': [one('web')] }
    const all = await probe({ home: ['/a', '/b'] }, homes)
    expect(all.map(({ subject }) => subject)).toEqual(['web in /a', 'web in /b'])
    expect(await probe({ home: '/a' }, homes)).toMatchObject([{ subject: 'web' }])
    expect(check.params.safeParse({ home: 'relative' }).success).toBe(false)
  })

  it('shows the last ends and errors', async () => {
    const usual = [one('api', { label: '1', ends: ['then'] })]
    const seen = await check.evidence?.({}, { subject: 'api 1', metrics: {} }, context({ usual }))
    expect(seen).toEqual([
      { title: 'Last ends', lines: ['then'] },
      { title: 'Last errors', lines: ['20 true lines of api'] },
    ])
    expect(
      await check.evidence?.({}, { subject: 'gone', metrics: {} }, context({ usual })),
    ).toEqual([])
  })
})
