import { afterEach, describe, expect, it } from 'vitest'
import check from '../../checks/service.ts'
import type { ProbeContext } from '../../src/contract/check.ts'
import { OperatorError } from '../../src/contract/error.ts'
import type { Instance } from '../../src/contract/service.ts'
import { fakeBackups, fakeHost, fakeServices } from '../support/facts.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer | null = null
afterEach(async () => {
  await server?.close()
  server = null
})
const answering = async (status: number, body = 'said'): Promise<string> => {
  server = await startServer({ status, body })
  return `http://127.0.0.1:${server.port}/health`
}
const closed = async () => `http://127.0.0.1:${(await startServer('closed')).port}/`

const up: Instance = {
  label: '',
  state: 'up',
  pid: 42,
  since: 0,
  crashes: 1,
  looping: false,
  saw: 'up for 1h',
}
const context = (
  instances: readonly Partial<Instance>[] | Error,
  logs: readonly string[] = [],
): ProbeContext => {
  const services = fakeServices({ logs })
  const status = () =>
    instances instanceof Error
      ? Promise.reject(instances)
      : Promise.resolve(instances.map((more) => ({ ...up, ...more })))
  return {
    host: fakeHost({}),
    services: { get: (name) => ({ ...services.get(name), status }) },
    backups: fakeBackups({}),
    memo: new Map(),
    signal: AbortSignal.timeout(10_000),
    now: 0,
    redact: (text) => text,
  }
}
const probe = (instances: readonly Partial<Instance>[] | Error, health?: unknown) =>
  check.probe(
    check.params.parse({ service: 'web', ...(health !== undefined && { health }) }),
    context(instances),
  )

describe('a service without a health check', () => {
  it.each<[string, Partial<Instance>, object]>([
    ['up', {}, { down: false, stopped: false, crashes: 1, looping: false }],
    ['starting', { state: 'starting' }, { down: false, stopped: false }],
    ['down', { state: 'down', pid: null }, { down: true, stopped: false }],
    ['stopped', { state: 'stopped', pid: null }, { down: false, stopped: true }],
    ['missing', { state: 'missing', pid: null }, { down: true }],
    ['looping', { state: 'starting', looping: true }, { looping: true }],
  ])('that is %s', async (_, instance, metrics) => {
    expect(await probe([instance])).toMatchObject([{ subject: '', metrics, saw: 'up for 1h' }])
  })

  it('passes on that nobody saw it end', async () => {
    const rests = { state: 'stopped', pid: null } as const
    expect((await probe([{ ...rests, witnessed: false }]))[0]).toMatchObject({ witnessed: false })
    expect((await probe([rests]))[0]).not.toHaveProperty('witnessed')
  })

  it('has its pid for an identity, each instance its own', async () => {
    expect(await probe([{ label: '0' }, { label: '1', pid: 43 }])).toMatchObject([
      { subject: '0', identity: '42' },
      { subject: '1', identity: '43' },
    ])
    expect((await probe([{ pid: null }]))[0]).not.toHaveProperty('identity')
  })

  it('of which nothing is known is an error', async () => {
    await expect(probe([])).rejects.toThrow('Nothing tells whether web runs')
    await expect(probe(new OperatorError('PM2 is not running'))).rejects.toThrow(
      'PM2 is not running',
    )
  })
})

describe('a service with a health check', () => {
  it('is well when it answers', async () => {
    expect(await probe([{}], await answering(200))).toMatchObject([
      {
        metrics: { down: false, unhealthy: false, latency: expect.any(Number) },
        saw: expect.stringMatching(/^HTTP 200 in /),
        identity: '42',
      },
    ])
  })

  it('is unwell when it does not, or not as it should', async () => {
    expect(await probe([{}], await closed())).toMatchObject([
      { metrics: { down: false, unhealthy: true }, saw: 'connection refused' },
    ])
    const url = await answering(200, '{"state":"ERROR"}')
    expect(await probe([{}], { url, expect: { json: '$.state', not: 'ERROR' } })).toMatchObject([
      { metrics: { down: false, unhealthy: true } },
    ])
    await server?.close()
    expect(await probe([{}], { url: await answering(502) })).toMatchObject([
      { metrics: { unhealthy: true }, saw: expect.stringMatching(/^HTTP 502/) },
    ])
  })

  it('that has just begun and does not answer yet is neither', async () => {
    expect(await probe([{ state: 'starting' }], await closed())).toMatchObject([
      { metrics: { down: null, looping: null, unhealthy: null, stopped: false } },
    ])
    expect(await probe([{ state: 'starting' }], await answering(200))).toMatchObject([
      { metrics: { down: false, looping: false, unhealthy: false } },
    ])
    expect(await probe([{ state: 'starting', looping: true }], await closed())).toMatchObject([
      { metrics: { looping: true } },
    ])
  })

  it('that is down or stopped is not unwell too', async () => {
    const url = await closed()
    expect(await probe([{ state: 'down' }], url)).toMatchObject([
      { metrics: { down: true, unhealthy: null }, saw: 'up for 1h' },
    ])
    expect(await probe([{ state: 'stopped' }], url)).toMatchObject([
      { metrics: { down: false, stopped: true, unhealthy: null } },
    ])
  })

  it('has it as a subject of its own where several answer', async () => {
    const all = await probe(
      [{ label: '0' }, { label: '1', pid: null, state: 'down' }],
      await closed(),
    )
    expect(all.map(({ subject }) => subject)).toEqual(['0', '1', 'health'])
    expect(all[2]).toMatchObject({ metrics: { unhealthy: true }, identity: '42 -' })
    expect(all[0]?.metrics).not.toHaveProperty('unhealthy')
    const begun = await probe(
      [
        { label: '0', state: 'starting' },
        { label: '1', state: 'starting' },
      ],
      await closed(),
    )
    expect(begun[2]).toMatchObject({ metrics: { unhealthy: null } })
  })

  it('is known to be unwell without its manager', async () => {
    const lost = new OperatorError('PM2 is not running for /x on main')
    expect(await probe(lost, await closed())).toMatchObject([
      {
        subject: '',
        metrics: { unhealthy: true },
        saw: 'connection refused; PM2 is not running for /x on main',
      },
    ])
    await expect(probe(lost, await answering(200))).rejects.toThrow('PM2 is not running')
  })

  it('may have no other', async () => {
    expect(await probe([], await answering(200))).toMatchObject([
      { subject: '', metrics: { unhealthy: false } },
    ])
    expect(await probe([], await closed())).toMatchObject([
      { subject: '', metrics: { unhealthy: true } },
    ])
  })

  it('refuses what the http check refuses', () => {
    for (const health of ['ftp://x', '', 7, { url: 'http://x', colour: 'red' }])
      expect(check.params.safeParse({ service: 'web', health }).success).toBe(false)
  })
})

describe('evidence', () => {
  it('is the last errors, and the last ends of what died', async () => {
    const ends = ['2026-01-31T02:10:11Z exited with code 1 after 2s']
    const seen = await check.evidence?.(
      check.params.parse({ service: 'web' }),
      { subject: '', metrics: { down: true } },
      context([{ state: 'down', ends }], ['boom']),
    )
    expect(seen).toEqual([
      { title: 'Last ends', lines: ends },
      { title: 'Last errors', lines: ['boom'] },
    ])
  })

  it('is the answer of what is unwell', async () => {
    const params = check.params.parse({ service: 'web', health: await answering(502) })
    const around = context([{}])
    const [reading] = await check.probe(params, around)
    if (!reading) throw new Error('no reading')
    expect(await check.evidence?.(params, reading, around)).toEqual([
      { title: 'The answer', lines: ['said'] },
    ])
  })
})
