import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { loadKinds } from '../../src/flow/kinds.ts'
import { cli } from '../cli/outside.ts'
import { tempHome } from '../support/home.ts'

const password = 'hunter2-s3cret'

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Compiled code is kept as `npm start` keeps it. */
const outer = {
  PATH: process.env['PATH'] ?? '',
  TZ: 'UTC',
  NODE_COMPILE_CACHE: resolve('node_modules/.cache/mechanic'),
}

/** The program itself, as an operator runs it, in an environment of its own. */
function check(file: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const cli = resolve('src/cli.ts')
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [cli, 'config', 'check', file],
      { cwd: tempHome(), env: { ...outer, ...env } },
      (_, out, err) => done({ code: child.exitCode, out, err }),
    )
  })
}

const pages = 'kind: http, url: "http://a/"'

const loaded = await loadKinds()

/** What is wrong, the file, and each fault with its line and column, in order. */
const wrong: readonly (readonly [string, string, readonly string[]])[] = [
  ['a tab', 'checks:\n\tdisk: { kind: disk }\n', ['2:1: indented with a tab']],
  ['a bracket left open', 'checks: { disk: { kind: disk }\n', ['2:1: something is missing']],
  ['a key twice', 'timezone: UTC\ntimezone: UTC\n', ['2:1: this key stands here twice']],
  [
    'misspelt keys',
    `chekcs: {}\nchecks:\n  site: { ${pages}, warnign: down }\n`,
    ['1:1: chekcs: unknown key "chekcs"', '3:41: checks.site.warnign: unknown key "warnign"'],
  ],
  [
    'a misspelt kind',
    'checks: { a: { kind: dsik } }\n',
    ['1:22: checks.a.kind: unknown kind "dsik"'],
  ],
  [
    'thresholds',
    `checks:\n  a: { ${pages}, warning: "latnecy > 5s" }\n  b: { kind: load, warning: "> > 4" }\n  c: { kind: disk, critical: "> 90 parsecs" }\n`,
    ['2:47: checks.a.warning', '3:29: checks.b.warning', '4:30: checks.c.critical'],
  ],
  [
    'durations and sizes',
    `checks:\n  a: { ${pages}, every: soon }\n  m: { kind: memory, warning: "available < 5 bananas" }\n`,
    ['2:45: checks.a.every', '3:31: checks.m.warning'],
  ],
  ['a time zone', 'timezone: Europe/Atlantis\n', ['1:11: timezone']],
  [
    'quiet hours and schedule',
    'notify:\n  quiet_hours: { from: "25:00", to: "07:00" }\n  heartbeat: { schedule: "61 * * * *" }\n',
    ['2:24: notify.quiet_hours.from', '3:26: notify.heartbeat.schedule'],
  ],
  [
    'names that lead nowhere',
    `checks:\n  a: { ${pages}, fix: mend }\n  b: { kind: load, hosts: [nowhere] }\n`,
    ['2:43: checks.a.fix', '3:27: checks.b.hosts'],
  ],
  [
    'a variable that is not set',
    `checks: { a: { kind: http, url: "\${NO_SUCH_NAME}" } }\n`,
    ['1:34: '],
  ],
  [
    'a service without manager',
    'services:\n  web: { health: "http://a/" }\n  api: { manager: { pm2: api }, restart: perhaps }\n',
    ['2:3: services.web', '3:42: services.api.restart'],
  ],
  [
    'a secret in the wrong place',
    `checks:\n  a: { kind: http, url: "postgres://app:${password}@db/app" }\n  b: { kind: http, url: "\${DATABASE_URL}", status: "${password}" }\n`,
    ['2:25: checks.a.url', '3:25: checks.b.url', '3:52: checks.b.status'],
  ],
]

test.each(wrong)('%s: every fault with its place, and nothing else', async (_, text, faults) => {
  const file = join(tempHome(), 'mechanic.yaml')
  writeFileSync(file, text)
  const env = { DATABASE_URL: `postgres://app:${password}@db/app` }
  const { code, out, err } = await cli(['config', 'check', file], {
    env,
    loadKinds: async () => loaded,
  })
  const lines = err.trimEnd().split('\n')
  expect(lines.map((line, at) => line.slice(0, `${file}:${faults[at] ?? ''}`.length))).toEqual(
    faults.map((fault) => `${file}:${fault}`),
  )
  expect(code).toBe(2)
  expect(out).toBe('')
  expect(err).not.toMatch(/^\s+at |node:|hunter2/m)
})

test('everything that is wrong is said by the program itself, and no secret', async () => {
  const file = join(tempHome(), 'mechanic.yaml')
  writeFileSync(
    file,
    `timezone: Nowhere\nchecks:\n  a: { kind: http, url: "\${DATABASE_URL}", status: "${password}" }\n`,
  )
  const { code, out, err } = await check(file, {
    DATABASE_URL: `postgres://app:${password}@db/app`,
  })
  expect({ code, out }).toEqual({ code: 2, out: '' })
  const places = err
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(0, line.indexOf(': ')))
  expect(places).toEqual([`${file}:1:11`, `${file}:3:25`, `${file}:3:52`])
  expect(err).not.toMatch(/^\s+at |node:|hunter2/m)
})

test('a right one is ok, and says what is in it', async () => {
  const file = join(tempHome(), 'mechanic.yaml')
  writeFileSync(file, `checks: { site: { ${pages} } }\ndefaults: off\n`)
  expect(await check(file)).toEqual({
    code: 0,
    out: `${file}: ok, 1 check, 0 services, 0 fixes\n`,
    err: '',
  })
})

test('a file that is not there is one line', async () => {
  const { code, err } = await check('/nowhere/mechanic.yaml')
  expect(code).toBe(2)
  expect(err.trimEnd().split('\n')).toHaveLength(1)
  expect(err).toContain('/nowhere/mechanic.yaml')
})
