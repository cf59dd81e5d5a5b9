import { expect, test } from 'vitest'
import { parseAllowedUsers } from '../../src/config/people.ts'
import { issuesOf } from './load.ts'

test('nobody is nobody', () => {
  expect(parseAllowedUsers(' , ')).toEqual({ operators: [] })
})

test.each(['asha', '1001;1002', '-100123', '0', '1e3', '1001, 12:abcdef', '99999999999999999'])(
  '%s is refused without being repeated',
  (text) => {
    const parsed = parseAllowedUsers(text)
    if (!('problem' in parsed)) throw new Error('accepted')
    expect(parsed.problem).toMatch(/^entry [12] is no Telegram user id, expected/)
  },
)

test('a garbled list is an error of the environment, not of the file', () => {
  expect(issuesOf('', { env: { ALLOWED_USERS: '1001,x' } })).toEqual([
    'ALLOWED_USERS: entry 2 is no Telegram user id, expected ids separated by commas, such as 1001,1002',
  ])
})
