import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import check from '../../checks/startup.ts'
import { difference, savedList, startedAtBoot } from '../../src/probe/startup.ts'
import { contextOf } from '../checks/context.ts'
import { fakeHost } from '../support/facts.ts'
import type { Facts } from '../support/facts.ts'

const signal = new AbortController().signal
const hook = (run: unknown) => startedAtBoot(fakeHost({ run }), '/home/asha/.pm2', signal)
const own = 'Environment=PM2_HOME=/home/asha/.pm2'
const dump = (text: string, daemon = 'daemon') => ({
  match: 'dump.pm2',
  out: `/home/asha/.pm2\n${daemon}\n${text}`,
})
const none = [
  { match: 'grep', code: 1 },
  { match: 'crontab', code: 1 },
]
const probe = (facts: Facts, params = {}) =>
  check.probe(check.params.parse(params), contextOf(facts))

describe('what starts PM2 at boot', () => {
  test.each([
    '/etc/systemd/system/multi-user.target.wants/pm2-asha.service',
    '/etc/rc3.d/S01pm2-asha',
    '/etc/runlevels/default/pm2',
  ])('is an enabled %s', async (file) => {
    expect(await hook([{ match: 'grep', out: `${file}:${own}\n` }])).toBe(file)
  })

  test.each(['/etc/systemd/system/pm2-asha.service', '/etc/rc3.d/K01pm2-asha'])(
    'is no disabled %s',
    async (file) => {
      const run = [{ match: '-RHsF', out: `${file}:${own}\n` }, ...none]
      expect(await hook(run)).toBeNull()
    },
  )

  test.each([
    [own, true],
    ['Environment="PM2_HOME=/home/asha/.pm2"', true],
    ['export PM2_HOME="/home/asha/.pm2"', true],
    ['PM2_HOME=/home/asha/.pm2; export PM2_HOME', true],
    ['Environment=PM2_HOME=/home/asha/.pm2/ LANG=C', true],
    ['user=${PM2_USER:-asha}', true],
    [`${own}-staging`, false],
    [`${own}/staging`, false],
    ['export PM2_HOME="/home/asha/.pm2-staging"', false],
  ])('is for this home alone: %s', async (line, counts) => {
    const file = '/etc/systemd/system/multi-user.target.wants/pm2-asha.service'
    const run = [{ match: '-RHsF', out: `${file}:${line}\n` }, ...none]
    expect(await hook(run)).toBe(counts ? file : null)
  })

  test.each([
    ['@reboot /usr/bin/pm2 resurrect', true],
    ['@reboot cd /srv && pm2 start all', true],
    ['# @reboot pm2 resurrect', false],
    ['0 * * * * pm2 save', false],
    ['@reboot /usr/bin/backup', false],
  ])('is a line of a crontab: %s', async (line, counts) => {
    const own = [
      { match: 'crontab -l', out: `${line}\n` },
      { match: 'grep', code: 1 },
    ]
    const system = [
      { match: '@reboot', out: `${line}\n` },
      { match: 'grep', code: 1 },
      { match: 'crontab -l', missing: true, code: null },
    ]
    const wanted = counts ? line : null
    expect([await hook(own), await hook(system)]).toEqual([wanted, wanted])
  })
})

describe('the saved list', () => {
  const saved = (run: unknown) => savedList(fakeHost({ run }), undefined, signal)

  test('has each copy of a process', async () => {
    expect(await saved([dump('[{"name":"web"},{"name":"web"}]')])).toEqual({
      home: '/home/asha/.pm2',
      daemon: true,
      names: ['web', 'web'],
    })
  })

  test.each(['', '{', '[{}]', '"web"'])('of %j is none', async (text) => {
    expect(await saved([dump(text, 'none')])).toMatchObject({ daemon: false, names: null })
  })

  test.each([{ out: 'sh: something else' }, { aborted: true, code: null }, { missing: true }])(
    'cannot be seen: %j',
    (run) => expect(saved(run)).rejects.toThrow(/on main/),
  )
})

test('the difference is empty for the same lists alone, in any order', () => {
  const lists = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 6 })
  fc.assert(
    fc.property(lists, lists, (running, saved) => {
      const { unsaved, leftover } = difference(running, saved)
      const same = running.toSorted().join() === saved.toSorted().join()
      expect(unsaved.length + leftover.length === 0).toBe(same)
      expect(unsaved.filter((name) => leftover.includes(name))).toEqual([])
      expect(difference(saved, running)).toEqual({ unsaved: leftover, leftover: unsaved })
    }),
  )
})

describe('the check', () => {
  const pm2 = [{ name: 'web' }]

  test('wants the bot itself saved, unless something else starts it', async () => {
    const run = [dump('[{"name":"web"}]'), ...none]
    expect((await probe({ pm2, run }))[0]).toMatchObject({
      metrics: { unsaved: 1, lost: true },
      saw: expect.stringContaining('not saved: mechanic: run `pm2 save`'),
    })
    expect((await probe({ pm2, run }, { bot: '' }))[0]).toMatchObject({ metrics: { unsaved: 0 } })
  })

  test('says what would come back although it runs no more', async () => {
    const run = [dump('[{"name":"web"},{"name":"old"},{"name":"mechanic"}]'), ...none]
    expect((await probe({ pm2, run }))[0]).toMatchObject({
      metrics: { leftover: 1, unsaved: 0 },
      saw: 'nothing starts PM2 at boot: run `pm2 startup`; saved, but runs no more: old',
    })
  })

  test('names a few of many', async () => {
    const many = Array.from({ length: 50 }, (_, at) => ({ name: `worker-${at}` }))
    const [reading] = await probe({ pm2: many, run: [dump(''), ...none] })
    expect(reading?.saw).toContain('not saved: mechanic, worker-0, worker-1 and 48 more')
  })

  test('has nothing to say where there never was a PM2', async () => {
    expect(await probe({ pm2: [], run: [dump('', 'none'), ...none] })).toEqual([])
  })
})
