import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { patternRefusal, refusal } from '../../../src/probe/clean/protected.ts'

describe('a pattern of a config', () => {
  it.each([
    '/var/tmp/build-*',
    '/tmp/lifeos-*',
    '~/Downloads/*.part',
    '~/*.tmp',
    '/var/log/eth2-*.gz',
    '/var/log/**/*.gz',
    '/srv/app/cache/*',
    '/srv/app',
    '/opt/app/releases/{1,2}*',
    '/var/lib/app/tmp/*',
    '/usr/local/app/cache/*',
    '/dev/shm/app-*',
    '/data/app/**',
    '/home/asha/cache/[ab]*',
  ])('may be %s', (pattern) => expect(patternRefusal(pattern)).toBeNull())

  it.each([
    '',
    'relative/*',
    '*',
    '~',
    '~/',
    '~/*',
    '~/**',
    '~other/x',
    '/',
    '//',
    '/*',
    '/**',
    '/*/*',
    '/**/x',
    '/data',
    '/data/',
    '/da*/x',
    '/data/**/x',
    '/etc',
    '/etc/',
    '/etc/app/*.bak',
    '/usr/bin/*',
    '/usr/local',
    '/usr/local/*',
    '/proc/1',
    '/boot/*',
    '/lib64/x',
    '/var',
    '/var/*',
    '/var/lib',
    '/var/l?b',
    '/var/{lib,log}',
    '/var/[l]ib',
    '/var/lib/*',
    '/var/lib/postgresql',
    '/var/lib/postgres*',
    '/var/**',
    '/var/lib/**/*',
    '/home',
    '/home/*',
    '/home/a*',
    '/root',
    '/opt',
    '/run/user/1000',
    '/srv/../etc',
    '/srv/./x',
  ])('may not be %j', (pattern) => expect(patternRefusal(pattern)).not.toBeNull())
})

describe('a path', () => {
  const own = ['/home/bot', '/srv/mechanic']

  it.each([
    '/srv/app/x',
    '/home/bot/cache',
    '/home/asha/x',
    '/var/log/app/x.gz',
    '/tmp/x',
    '/srv/mechanic/var/x',
  ])('may be %s', (path) => expect(refusal(path, own)).toBeNull())

  it.each([
    '/',
    '/srv',
    '/home',
    '/home/bot',
    '/home/asha',
    '/srv/mechanic',
    '/etc/x/y',
    '/var/lib/x',
    '/usr/lib/x',
  ])('may not be %s', (path) => expect(refusal(path, own)).not.toBeNull())

  it('never holds anything of the bot', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 3, maxLength: 6 }),
        fc.nat(5),
        (parts, up) => {
          const place = `/${parts.join('/')}`
          const above = `/${parts.slice(0, Math.max(0, parts.length - up)).join('/')}`
          expect(refusal(above, [place])).not.toBeNull()
        },
      ),
    )
  })

  it('a pattern without wildcards is judged no more kindly than what it matches', () => {
    const part = fc.constantFrom(
      'var',
      'lib',
      'log',
      'home',
      'usr',
      'local',
      'etc',
      'app',
      'run',
      'user',
      'x',
    )
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const path = `/${parts.join('/')}`
        expect(patternRefusal(path) === null).toBe(refusal(path, []) === null)
      }),
    )
  })
})
