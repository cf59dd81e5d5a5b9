import { describe, expect, test } from 'vitest'
import { exitOf, pickNames } from '../../src/cli/check.ts'
import type { CheckResult, SubjectResult } from '../../src/cli/result.ts'
import { showValue } from '../../src/cli/table.ts'
import { bytes, duration, number, percent } from '../../src/contract/metric.ts'
import { cli } from './outside.ts'

const names = ['disk', 'disk-home', 'site', 'web']

const subject = (
  state: SubjectResult['state'],
  rest: Partial<SubjectResult> = {},
): SubjectResult => ({
  subject: '',
  state,
  metrics: {},
  ...rest,
})
const result = (
  name: string,
  kind: string,
  subjects: readonly SubjectResult[],
  problem?: string,
): CheckResult => ({
  name,
  host: 'main',
  kind,
  subjects,
  took: 12,
  ...(problem !== undefined && { problem }),
})

const ok = result('disk', 'disk', [
  subject('ok', { subject: '/', metrics: { used: 43.21, free: 5.5 * 2 ** 30, inodes: null } }),
])
const bad = result('site', 'http', [
  subject('bad', {
    severity: 'critical',
    threshold: 'down for 5m',
    saw: 'HTTP 502 in 34 ms',
    metrics: { down: true },
  }),
])
const blind = result('web', 'service', [], 'PM2 does not answer')
const nothing = result('disk-home', 'disk', [])

/** `check` with these results, in a world where these are the checks there are. */
const run = (argv: readonly string[], results: readonly CheckResult[], env = {}) => {
  const asked: (readonly string[])[] = []
  let closed = 0
  const said = cli(['check', ...argv], {
    env,
    openChecking: async () => ({
      names,
      checkOnce: async (wanted) => {
        asked.push(wanted)
        return results
      },
      close: async () => void (closed += 1),
    }),
  })
  return said.then((all) => ({ ...all, asked, closed }))
}

describe('check', () => {
  test('prints a table, what is wrong first', async () => {
    const { code, out } = await run([], [ok, nothing, bad, blind])
    expect(out.split('\n')).toEqual([
      'critical  site       main     HTTP 502 in 34 ms (down for 5m)',
      'unknown   web        main     PM2 does not answer',
      'ok        disk       main  /  used 43.2%, free 5.5GiB',
      'none      disk-home  main     nothing of this kind here',
      '',
      '1 critical, 1 unknown, 1 ok, 1 none',
    ])
    expect(code).toBe(3)
  })

  test('prints JSON with the same code', async () => {
    const { code, out } = await run(['--json'], [bad])
    expect(JSON.parse(out)).toEqual({ exit: 1, checks: [bad] })
    expect(code).toBe(1)
  })

  test('runs what is named, shortened or not, each once; all when nothing is', async () => {
    const { asked, closed } = await run(['s', 'disk', 'SITE'], [])
    expect(asked).toEqual([['site', 'disk']])
    expect(closed).toBe(1)
    expect((await run([], [])).asked).toEqual([[]])
  })

  test('refuses names that it does not know, and runs nothing', async () => {
    const { code, err, asked, closed } = await run(['wbe', 'zzzzzz'], [ok])
    expect({ code, asked, closed }).toEqual({ code: 2, asked: [], closed: 1 })
    expect(err.split('\n')).toEqual([
      'no check or service "wbe", expected one of disk, disk-home, site, web',
      'no check or service "zzzzzz", expected one of disk, disk-home, site, web',
    ])
  })

  test('does not run with a bad configuration', async () => {
    const { code, asked } = await run([], [ok], { MECHANIC_CONFIG: '/nowhere/mechanic.yaml' })
    expect({ code, asked }).toEqual({ code: 2, asked: [] })
  })

  test('that fails as a whole could not run', async () => {
    const { code, err } = await cli(['check'], { env: { MY_TOKEN: 'here' } })
    expect({ code, err }).toEqual({
      code: 3,
      err: 'the checks could not run: nothing to check ***',
    })
  })

  test('shows neither secrets nor anything that steers a terminal', async () => {
    const loud = result('site', 'http', [
      subject('ok', { saw: 'got \u001B[31mhunter2-token\u0007' }),
    ])
    const { out } = await run([], [loud], { MY_TOKEN: 'hunter2-token' })
    expect(out).toContain('got  [31m***')
    expect(out).not.toMatch(/[^\P{Cc}\n]/u)
  })

  test('of an empty configuration says so', async () => {
    expect(await run([], [])).toMatchObject({ code: 0, out: 'no checks' })
  })
})

test.each([
  [[ok, nothing], 0],
  [[result('a', 'disk', [subject('bad', { severity: 'info' })])], 0],
  [[result('a', 'disk', [subject('bad', { severity: 'warning' })]), ok], 1],
  [[result('a', 'disk', [subject('ok'), subject('unknown')])], 3],
  [[bad, blind], 3],
])('%j leaves with %i', (results, code) => expect(exitOf(results)).toBe(code))

describe('names', () => {
  test.each([
    [['disk'], ['disk']],
    [['disk-'], ['disk-home']],
    [
      ['we', 'Si'],
      ['web', 'site'],
    ],
    [[], []],
  ])('%j are %j', (typed, found) => expect(pickNames(typed, names)).toEqual({ names: found }))

  test.each([
    ['dis', '"dis" could be disk, disk-home, expected one of them'],
    ['disc', 'no check or service "disc", did you mean disk?'],
    ['', 'no check or service "", expected one of disk, disk-home, site, web'],
  ])('%j is none: %s', (typed, problem) =>
    expect(pickNames([typed], names)).toEqual({ problems: [problem] }),
  )
})

test.each([
  [12.345, percent('x'), '12.3%'],
  [0, bytes('x'), '0B'],
  [1023, bytes('x'), '1023B'],
  [1.5 * 2 ** 20, bytes('x'), '1.5MiB'],
  [2 ** 70, bytes('x'), '1048576PiB'],
  [34.56, duration('x'), '34.6ms'],
  [90_400, duration('x'), '90s'],
  [0.05, number('x'), '0.1'],
  [null, number('x'), 'unknown'],
])('%j with %j is shown as %s', (value, metric, text) =>
  expect(showValue(value, metric)).toBe(text),
)
