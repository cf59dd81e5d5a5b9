import { expect, test } from 'vitest'
import { OperatorError } from '../../src/contract/error.ts'
import type { Rehearsal } from '../../src/contract/rehearsal.ts'
import { cli } from './outside.ts'

const fixed: Rehearsal = {
  fix: 'free-disk',
  kind: 'clean-files',
  is: 'fixed',
  fault: '3 old files in a directory',
  seen: { after: 900, saw: '64 KiB', limit: 'size > 56KiB' },
  tries: [
    {
      steps: ['remove a\nremove b'],
      ok: true,
      result: 'freed',
      after: '16 KiB',
      acted: 12,
      verified: 5,
    },
  ],
  plan: [],
  proof: 'the rest is there',
  differs: ['keeps 20 instead of 500'],
  clean: true,
  took: 1_200,
}

const world = (told: Rehearsal | Error) => ({
  openRehearsals: async () => ({
    list: () => [
      { name: 'free-disk', kind: 'clean-files', playable: true },
      { name: 'renew', kind: 'command', playable: false },
    ],
    run: async () => {
      if (told instanceof Error) throw told
      return told
    },
    runFirst: () => Promise.reject(new Error('nobody asked for it')),
    close: async () => undefined,
  }),
})

test('without a name lists what there is', async () => {
  const { code, out } = await cli(['rehearse'], world(fixed))
  expect(code).toBe(0)
  expect(out).toBe('free-disk  clean-files\nrenew      command (only its plan can be shown)')
})

test('tells the whole story', async () => {
  const { code, out } = await cli(['rehearse', 'free'], world(fixed))
  expect(code).toBe(0)
  expect(out.split('\n')).toEqual([
    'free-disk: fixed, 1s in all',
    'made: 3 old files in a directory',
    'seen after 900ms: 64 KiB (limit size > 56KiB)',
    'done:',
    '  remove a',
    '  remove b',
    'result: freed (12ms)',
    'verified after 5ms: 16 KiB',
    'the rest is there',
    'cleaned up: no file and no process is left',
    'other than in real life: keeps 20 instead of 500',
  ])
})

test('tells it as JSON', async () => {
  const { code, out } = await cli(['rehearse', 'free-disk', '--json'], world(fixed))
  expect(code).toBe(0)
  expect(JSON.parse(out)).toEqual({ exit: 0, ...fixed })
})

const bare = {
  fix: 'x',
  kind: 'y',
  tries: [],
  plan: [],
  differs: [],
  clean: true,
  took: 1,
} as const

test.each<[string, Rehearsal | Error, number]>([
  ['not fixed', { ...fixed, is: 'failed', problem: '3 tries did not help' }, 1],
  ['not cleaned up', { ...bare, is: 'failed', problem: 'left', clean: false }, 1],
  ['a plan alone', { ...bare, is: 'planned', plan: ['renew'] }, 3],
  ['not begun', { ...bare, is: 'failed', problem: 'nothing would go' }, 3],
  ['another runs', new OperatorError('another rehearsal runs', 'Wait.'), 3],
])('%s', async (_, told, exit) => {
  expect((await cli(['rehearse', 'free-disk'], world(told))).code).toBe(exit)
})

test('a wrong name gets the nearest', async () => {
  const { code, err } = await cli(['rehearse', 'fere-disk'], world(fixed))
  expect(code).toBe(2)
  expect(err).toBe('no fix "fere-disk", did you mean free-disk?')
})
