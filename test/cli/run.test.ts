import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cli } from './outside.ts'

let folder = ''
const at = (name: string) => join(folder, name)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mechanic-cli-'))
  writeFileSync(
    at('good.yaml'),
    'checks: { d: { kind: disk } }\nservices: { w: { manager: { pm2: w } } }\n',
  )
  writeFileSync(at('bad.yaml'), 'timezone: Nowhere\nchecks: { d: { kind: dsk } }\n')
  writeFileSync(at('secret'), 'hunter2\n')
  chmodSync(at('secret'), 0o644)
  writeFileSync(at('warned.yaml'), 'hosts: { main: { role: "file:secret" } }\n')
  mkdirSync(at('folder'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('config check', () => {
  test('says what a good file holds', async () => {
    const { code, out, err } = await cli(['config', 'check', at('good.yaml')])
    expect({ code, out, err }).toEqual({
      code: 0,
      out: `${at('good.yaml')}: ok, 6 checks, 1 service, 0 fixes`,
      err: '',
    })
  })

  test('says everything about a bad one', async () => {
    const { code, out, err } = await cli(['config', 'check', at('bad.yaml')])
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err.split('\n')).toEqual([
      expect.stringMatching(/bad\.yaml:1:11: timezone: found "Nowhere", expected/),
      expect.stringMatching(
        /bad\.yaml:2:22: checks\.d\.kind: unknown kind "dsk", did you mean "disk"\?$/,
      ),
    ])
  })

  test('warns without failing', async () => {
    const { code, err } = await cli(['config', 'check', at('warned.yaml')])
    expect(code).toBe(0)
    expect(err).toMatch(/warned\.yaml:1:24: .*expected mode 0600 \(warning\)$/)
  })

  test.each([
    ['gone.yaml', 'there is no such file'],
    ['folder', 'this is no regular file'],
  ])('%s: %s', async (name, problem) => {
    const { code, err } = await cli(['config', 'check', at(name)])
    expect({ code, err }).toEqual({
      code: 2,
      err: `${at(name)}:1:1: ${problem}, expected a configuration file`,
    })
  })

  test('looks where MECHANIC_CONFIG points', async () => {
    const { code, out } = await cli(['config', 'check'], {
      env: { MECHANIC_CONFIG: at('good.yaml') },
    })
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('good.yaml: ok') })
  })
})

test('config schema prints JSON', async () => {
  const { code, out } = await cli(['config', 'schema'])
  expect(code).toBe(0)
  expect(JSON.parse(out)).toHaveProperty('properties.checks')
})

describe('usage', () => {
  test.each([['--help'], ['check', '-h']])('%s', async (...argv) => {
    const { code, out } = await cli(argv)
    expect(code).toBe(0)
    expect(out).toContain('config check [FILE]')
  })

  test.each([
    [[], 'a command is missing'],
    [['chekc'], 'no such command: chekc'],
    [['config'], 'no such command: config'],
    [['config', 'check', 'a', 'b'], 'no such command'],
    [['check', '--jsno'], '--jsno'],
    [['config', 'check', '--json'], '--json belongs to check'],
  ])('%j is refused', async (argv, problem) => {
    const { code, out, err } = await cli(argv)
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toContain(problem)
    expect(err).toContain('config schema')
  })
})

test('the program itself reads .env, and leaves with the code', () => {
  writeFileSync(at('.env'), 'ZONE=Mars/Olympus\nMECHANIC_CONFIG=zone.yaml\n')
  writeFileSync(at('zone.yaml'), 'timezone: ${ZONE}\n')
  const program = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))
  const run = (env: NodeJS.ProcessEnv) =>
    spawnSync(process.execPath, [program, 'config', 'check'], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        NODE_COMPILE_CACHE: resolve('node_modules/.cache/mechanic'),
        ...env,
      },
      encoding: 'utf8',
      timeout: 20_000,
    })
  expect(run({})).toMatchObject({
    status: 2,
    stderr:
      'zone.yaml:1:11: timezone: found "${ZONE}", expected an IANA time zone such as Asia/Kolkata\n',
  })
  expect(run({ ZONE: 'UTC' })).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('zone.yaml: ok'),
  })
})

describe('init', () => {
  test.each([
    [['init'], false],
    [['init', '--yes'], true],
    [['init', '-y'], true],
  ])('%j asks: not with %j', async (argv, yes) => {
    const asked: boolean[] = []
    const { code } = await cli(argv, {
      init: async (_, how) => {
        asked.push(how.yes)
        return 0
      },
    })
    expect({ code, asked }).toEqual({ code: 0, asked: [yes] })
  })

  test.each([
    [['init', 'now'], 'no such command: init now'],
    [['check', '--yes'], '--yes belongs to init'],
    [['config', 'check', '--yes'], '--yes belongs to init'],
  ])('%j is refused', async (argv, problem) => {
    const { code, err } = await cli(argv)
    expect(code).toBe(2)
    expect(err).toContain(problem)
  })
})
