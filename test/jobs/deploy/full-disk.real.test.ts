import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hasGit, makeOrigin } from '../../support/git.ts'

const own = [
  ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']),
  '--mount',
  '--propagation',
  'private',
] as const
const mayMount = spawnSync('unshare', [...own, 'mount', '-t', 'tmpfs', 'x', '/mnt']).status === 0
if (!mayMount) console.log('skipped: needs util-linux, and root or user namespaces that may mount')

let root = ''
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'full-')))
  mkdirSync(join(root, 'srv/web'), { recursive: true })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** Deploys onto a small disk of its own, which only this process sees; writes what came of it. */
const script = `
import { readdirSync, writeFileSync, rmSync } from 'node:fs'
import { execFileSync, spawnSync } from 'node:child_process'
const [, house, root] = process.argv
const { createLocalHost } = await import(house + '/src/host/local.ts')
const { systemClock } = await import(house + '/src/host/clock.ts')
const { createSource } = await import(house + '/src/jobs/deploy/source.ts')
const { createPlace } = await import(house + '/src/jobs/deploy/place.ts')
const host = createLocalHost('main', { clock: systemClock, environment: { PATH: process.env.PATH, HOME: root } })
const signal = AbortSignal.timeout(60_000)
const deploy = { repo: root + '/origin', branch: 'main', path: root + '/srv/web', shared: [] }
const settings = { host, signal, redact: (text) => text }
const source = createSource(settings, deploy, 'web')
const place = createPlace(settings, deploy)
const said = []
const attempt = (work) => work().then(
  () => said.push('done'),
  (error) => said.push((error.trouble ?? error.name) + ': ' + error.message + ' ' + error.advice),
)
const web = deploy.path
const fill = (kib) => spawnSync('dd', ['if=/dev/zero', 'of=' + web + '/ballast', 'bs=1024', 'count=' + kib])
const commit = (name) => {
  execFileSync('dd', ['if=/dev/urandom', 'of=' + deploy.repo + '/' + name, 'bs=1024', 'count=400'], { stdio: 'ignore' })
  const who = ['-c', 'user.name=Asha', '-c', 'user.email=asha@example.com']
  execFileSync('git', ['add', '-A'], { cwd: deploy.repo })
  execFileSync('git', [...who, 'commit', '--quiet', '-m', name], { cwd: deploy.repo })
}
fill(3600)
await attempt(() => source.refresh())
rmSync(web + '/ballast')
await attempt(() => source.refresh())
commit('second')
fill(100_000)
await attempt(() => source.refresh())
rmSync(web + '/ballast')
await attempt(() => source.refresh())
const { id, subject } = await source.resolve()
said.push(subject)
await place.prepare()
const name = place.nameFor(id, 0, [])
fill(100_000)
await attempt(() => source.checkout(id, place.paths.release(name)))
await attempt(() => source.scratch(id, place.paths.scratch(1)))
await place.remove(name)
await place.sweepScratch([])
rmSync(web + '/ballast')
await attempt(() => source.checkout(id, place.paths.release(name)))
said.push(spawnSync('git', ['--git-dir=repo.git', 'fsck', '--full'], { cwd: web }).status)
said.push(readdirSync(web).join(), readdirSync(web + '/scratch').join(), readdirSync(place.paths.release(name)).join())
console.log(JSON.stringify(said))
`

describe.skipIf(!mayMount || !hasGit)('a full disk', () => {
  test('is told at each step, and the next run is whole', () => {
    const origin = makeOrigin(join(root, 'origin'), root)
    origin.commit('first', randomBytes(400_000).toString('latin1'))
    const out = execFileSync(
      'unshare',
      [
        ...own,
        '/bin/sh',
        '-c',
        'mount -t tmpfs -o size=4m,mode=755 small "$1/srv/web" && shift && exec "$@"',
        'sh',
        root,
        process.execPath,
        '--input-type=module',
        '--eval',
        script,
        resolve('.'),
        root,
      ],
      { encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: root } },
    )
    const full = expect.stringMatching(
      /^full: git .* of web on main failed: the disk is full .*Make/,
    )
    expect(JSON.parse(out)).toEqual([
      full,
      'done',
      full,
      'done',
      'second',
      full,
      full,
      'done',
      0,
      'releases,repo.git,scratch,shared',
      '',
      'first,second',
    ])
  })
})
