import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const own = ['--mount', '--propagation', 'private'] as const
const mayMount = spawnSync('unshare', [...own, 'mount', '--bind', '/tmp', '/tmp']).status === 0
if (!mayMount) console.log('skipped: needs util-linux, and root that may mount')

let root = ''
const at = (path: string): string => join(root, path)
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'mounts-')))
  for (const path of ['data', 'build-x/src', 'build-y']) mkdirSync(at(path), { recursive: true })
  for (const path of ['data/x', 'build-x/y', 'build-y/z']) writeFileSync(at(path), 'kept')
  const old = new Date(Date.now() - 30 * 86_400_000)
  for (const path of [
    'data/x',
    'data',
    'build-x/y',
    'build-x/src',
    'build-x',
    'build-y/z',
    'build-y',
  ])
    utimesSync(at(path), old, old)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** Cleans in a process of its own, the only one that sees the mount. */
const script = `
const [, root, ...paths] = process.argv
const { default: fix } = await import(root + '/fixes/clean-files.ts')
const { createLocalHost } = await import(root + '/src/host/local.ts')
const { systemClock } = await import(root + '/src/host/clock.ts')
const host = createLocalHost('main', { clock: systemClock })
const signal = AbortSignal.timeout(15_000)
const context = { host, services: {}, reading: { subject: '', metrics: {} }, signal, now: Date.now() }
const settings = fix.params.parse({ paths, older_than: '7d' })
const steps = fix.plan(await fix.look(settings, context), settings)
for (const step of steps) await fix.act(step, settings, context)
console.log(steps.map(({ show }) => show).join())
`
const clean = (from: string, to: string, ...patterns: readonly string[]): string =>
  execFileSync(
    'unshare',
    [
      ...own,
      '/bin/sh',
      '-c',
      'mount --bind "$1" "$2" && shift 2 && exec "$@"',
      'sh',
      at(from),
      at(to),
      process.execPath,
      '--input-type=module',
      '--eval',
      script,
      resolve('.'),
      ...patterns.map(at),
    ],
    { encoding: 'utf8', timeout: 20_000 },
  )

describe.skipIf(!mayMount)('a bind mount of the same file system', () => {
  test('in a directory that is cleaned keeps it, and what it shows', () => {
    const plan = clean('data', 'build-x/src', 'build-*')
    expect(plan).toContain(`${at('build-x')}: something is mounted on ${at('build-x/src')}`)
    expect(existsSync(at('data/x'))).toBe(true)
    expect(existsSync(at('build-x/y'))).toBe(true)
    expect(existsSync(at('build-y'))).toBe(false)
  })

  test.each(['build-*/*', 'build-{x,y}/**', 'build-?/**/*'])('is not shown to %s', (pattern) => {
    clean('data', 'build-x/src', pattern)
    expect(existsSync(at('data/x'))).toBe(true)
    expect(existsSync(at('build-y/z'))).toBe(false)
  })

  test('of one file keeps the file', () => {
    clean('data/x', 'build-x/y', 'build-*/*')
    expect(existsSync(at('build-x/y'))).toBe(true)
    expect(existsSync(at('data/x'))).toBe(true)
    expect(existsSync(at('build-y/z'))).toBe(false)
  })
})
