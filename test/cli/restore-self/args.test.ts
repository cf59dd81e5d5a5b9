import { expect, test } from 'vitest'
import type { RestoreWish } from '../../../src/cli/restore-self/wish.ts'
import { keysIn, readTime } from '../../../src/cli/restore-self/wish.ts'
import { cli } from '../outside.ts'

async function wished(...argv: readonly string[]) {
  const wishes: RestoreWish[] = []
  const { code, err } = await cli(['restore-self', ...argv], {
    restoreSelf: async (_, wish) => {
      wishes.push(wish)
      return 0
    },
  })
  return { code, wish: wishes[0], err: err.split('\n')[0] }
}

test('what is asked for', async () => {
  expect(await wished()).toMatchObject({ code: 0, wish: {} })
  expect(await wished('--from', '/a.db')).toMatchObject({ wish: { from: '/a.db' } })
  expect(await wished('--repository=/r', '--at', '2026-11-21T03:00Z')).toMatchObject({
    wish: { repository: '/r', at: Date.UTC(2026, 10, 21, 3) },
  })
})

test.each([
  [['--from', 'a', '--repository', 'b'], /not both/],
  [['--from', 'a', '--at', '2026-11-21'], /no --at beside it/],
  [['--at', 'yesterday'], /--at is no time/],
  [['--at', '2026-13-01'], /--at is no time/],
  [['--at', '2026-02-30 03:00'], /--at is no time/],
  [['mechanic.db'], /flags alone/],
  [['--json'], /flags alone/],
])('%j is refused', async (argv, problem) => {
  const { code, wish, err } = await wished(...argv)
  expect({ code, wish }).toEqual({ code: 2, wish: undefined })
  expect(err).toMatch(problem)
})

test('its flags belong to it alone', async () => {
  const { code, err } = await cli(['check', '--from', 'a'])
  expect(code).toBe(2)
  expect(err).toMatch(/belong to restore-self/)
})

test('a time without a zone is that of this machine', () => {
  expect(readTime('2026-11-21 03:00')).toBe(new Date(2026, 10, 21, 3).getTime())
  expect(readTime('2026-11-21')).toBe(new Date(2026, 10, 21).getTime())
  expect(readTime('2024-02-29')).toBe(new Date(2024, 1, 29).getTime())
  expect(readTime('2026-11-21T03:00:00+02:00')).toBe(Date.UTC(2026, 10, 21, 1))
  expect(readTime('03:00')).toBe(null)
})

test('only keys of repositories go to restic', () => {
  const env = { AWS_ACCESS_KEY_ID: 'a', BOT_TOKEN: 'b', RESTIC_PASSWORD: 'c', B2_ACCOUNT_ID: 'd' }
  expect(keysIn(env)).toEqual({ AWS_ACCESS_KEY_ID: 'a', B2_ACCOUNT_ID: 'd' })
})
