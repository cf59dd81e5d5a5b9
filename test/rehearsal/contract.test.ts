import { describe, expect, it, test } from 'vitest'
import type { FixConfig } from '../../src/config/types.ts'
import { fixOf, kinds, standFor } from './support.ts'

/** Every kind that can make its fault must pass this: a new one needs its samples here, and nothing else. */
const samples: Readonly<Record<string, readonly (readonly [string, FixConfig])[]>> = {
  'clean-files': [
    ['plain', fixOf('f', 'clean-files', { paths: ['/var/tmp/build-*'], older_than: '7d' })],
    [
      'all its settings',
      fixOf('f', 'clean-files', {
        paths: ['/srv/app/**/*.log', '~/cache/{a,b}/x[0-9]-*', '/var/lib/app/core'],
        older_than: '1h',
        min_size: '20KiB',
      }),
    ],
    [
      'some are kept',
      fixOf('f', 'clean-files', { paths: ['/srv/dumps/*'], older_than: '0s', keep: 4 }),
    ],
    [
      'more than can be played',
      fixOf('f', 'clean-files', {
        paths: ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `/srv/app/${name}/*`),
        older_than: '400d',
        keep: 500,
        min_size: '10GiB',
      }),
    ],
  ],
  restart: [
    [
      'a service',
      fixOf('restart:web', 'restart', { service: 'web' }, { verify: { hold: 10_000 } }),
    ],
    ['that nobody may restart', fixOf('r', 'restart', { service: 'web' }, { approve: true })],
  ],
}

it('every kind that can be rehearsed has samples here', () => {
  const playable = [...kinds.fixes.values()].filter(({ rehearsal }) => rehearsal)
  expect(playable.map(({ kind }) => kind).toSorted()).toEqual(Object.keys(samples).toSorted())
})

describe.each(Object.entries(samples))('%s', (_, cases) => {
  test.each(cases)(
    '%s: the fault is seen, fixed and verified, and nothing is left',
    async (_, fix) => {
      const stand = standFor([fix])
      const told = await stand.play(stand.rehearsing.run(fix.name))
      expect(told).toMatchObject({ fix: fix.name, is: 'fixed', clean: true, plan: [] })
      expect(told.problem).toBeUndefined()
      expect(told.fault).toMatch(/^\S.*\S$/)
      expect(told.seen?.after).toBeLessThan(10_000)
      expect(told.tries).toMatchObject([{ ok: true }])
      expect(told.tries[0]?.steps.join()).not.toBe('')
      expect(told.tries[0]?.steps.join()).not.toContain(stand.home)
      expect(told.tries[0]?.verified).toBeGreaterThanOrEqual(fix.verify.hold ?? 0)
      expect(stand.left()).toEqual([])
      expect(await stand.processes()).toEqual([])
    },
  )
})

test('what is played shorter is said', async () => {
  const fix = samples['clean-files']?.[3]?.[1]
  if (!fix) throw new Error('no sample')
  const stand = standFor([fix])
  const { differs, proof } = await stand.play(stand.rehearsing.run('f'))
  expect(differs).toEqual([
    'the first 5 of 6 paths',
    'keeps 20 instead of 500',
    'files of 64 KiB instead of 10 GiB',
  ])
  expect(proof).toBe(
    'What had to stay is still there: too new, among the newest, too small, links, what they point to',
  )
})
