import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Fix, FixContext } from '../../src/contract/fix.ts'
import type { Host } from '../../src/contract/host.ts'
import type { Manager } from '../../src/contract/service.ts'
import { parseDuration } from '../../src/contract/units.ts'
import { fakeHost } from '../support/facts.ts'

/** Every kind of fix must pass this: a new file needs one line here, and nothing else. */
const samples: Readonly<Record<string, Record<string, unknown>>> = {
  restart: { service: 'web' },
  'clean-files': { paths: ['/srv/app/cache/*'], older_than: '7d' },
  command: { run: ['renew', '--secret', 'hunter2'] },
  http: { url: 'https://user:hunter2@example.com/hook?token=hunter2', body: 'hunter2' },
}

const names = readdirSync('fixes').map((file) => file.replace(/\.ts$/, ''))
const load = async (name: string): Promise<Fix> => {
  const { default: fix } = (await import(resolve('fixes', `${name}.ts`))) as { default: Fix }
  return fix
}

const forbidden = (what: string) => () => Promise.reject(new Error(`look must not ${what}`))
const manager: Manager = {
  manager: 'fake',
  restartSteps: () => ['restart it'],
  status: () =>
    Promise.resolve([
      { label: '', state: 'down', pid: null, since: null, crashes: 1, looping: false, saw: 'gone' },
    ]),
  restart: forbidden('restart'),
  reload: forbidden('reload'),
  reloading: () => Promise.resolve({ gap: null }),
  start: forbidden('start'),
  stop: forbidden('stop'),
  logs: () => Promise.resolve([]),
}
const old = { size: 10, frees: 4096, modified: 0, device: 1, inode: '1' } as const
const files: Host['files'] = {
  glob: () => Promise.resolve(['/srv/app/cache/a']),
  mountPoints: () => Promise.resolve([]),
  look: (path) => Promise.resolve({ path, kind: 'file', ...old }),
  walk: () => Promise.resolve([]),
  read: () => Promise.resolve(null),
  renamed: () => Promise.resolve(null),
  real: (path) => Promise.resolve(path),
  remove: forbidden('remove'),
}
const context: FixContext = {
  host: { ...fakeHost({}), run: forbidden('run a command'), files },
  services: { get: () => manager },
  reading: { subject: '', metrics: {} },
  signal: new AbortController().signal,
  now: Date.UTC(2026, 0, 1),
}

const freeze = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  Object.values(value).forEach(freeze)
  return Object.freeze(value)
}

it('every fix has a sample here', () => {
  expect(Object.keys(samples).toSorted()).toEqual(names.toSorted())
})

describe.each(names)('the fix %s', (name) => {
  const settings = samples[name] ?? {}

  it('is branded, and its kind is the name of its file', async () => {
    const fix = await load(name)
    expect(fix).toMatchObject({ brand: 'fix', kind: name })
    expect(['safe', 'disruptive', 'destructive']).toContain(fix.risk)
    expect(fix.summary).toMatch(/^[A-Z].*\w\.?$/)
    for (const span of [fix.hold, fix.within])
      if (span !== undefined) expect(parseDuration(span)).toBeGreaterThan(0)
  })

  it('takes its own settings and no others', async () => {
    const { params } = await load(name)
    expect(params.safeParse(settings).success).toBe(true)
    expect(params.safeParse({ ...settings, colour: 'red' }).success).toBe(false)
    expect(params.safeParse({}).success).toBe(false)
  })

  it('looks without changing anything, and plans purely', async () => {
    const fix = await load(name)
    const params = freeze(fix.params.parse(settings))
    const seen = freeze(await fix.look(params, context))
    const steps = fix.plan(seen, params)
    expect(steps.length).toBeGreaterThan(0)
    expect(fix.plan(seen, params)).toEqual(steps)
    for (const step of steps) expect(step.show).not.toBe('')
  })

  it('has a plan that can be stored, and keeps no secret in what it acts on', async () => {
    const fix = await load(name)
    const params = fix.params.parse(settings)
    const steps = fix.plan(await fix.look(params, context), params)
    expect(JSON.parse(JSON.stringify(steps))).toEqual(steps)
    expect(JSON.stringify(steps.map(({ act }) => act))).not.toContain('hunter2')
  })

  it('does not act on a step that is none of its own', async () => {
    const fix = await load(name)
    const params = fix.params.parse(settings)
    for (const act of [null, 'rm -rf /', { service: 7 }, { marks: 3 }])
      await expect(fix.act({ show: '', act }, params, context)).rejects.toThrow(/./)
  })
})
