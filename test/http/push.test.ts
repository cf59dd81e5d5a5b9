import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readDelivery } from '../../src/http/push.ts'

const commit = '4f2c1a9'.padEnd(40, '0')

/** As docs.github.com/webhooks/webhook-events-and-payloads#push shows it, shortened. */
const github = {
  ref: 'refs/heads/main',
  before: '0'.repeat(40),
  after: commit,
  created: false,
  deleted: false,
  forced: false,
  commits: [{ id: 'a' }, { id: commit }],
  head_commit: {
    id: commit,
    message: 'Say hello\n\nAt length.',
    author: { name: 'Asha', email: 'asha@example.com', username: 'asha' },
  },
  pusher: { name: 'ben', email: 'ben@example.com' },
}

/** As docs.gitea.com/usage/webhooks shows it, shortened. */
const gitea = {
  ref: 'refs/heads/develop',
  after: commit,
  commits: [{ id: commit, message: 'Webhooks Yay!' }],
  total_commits: 7,
  head_commit: { id: commit, message: 'Webhooks Yay!', author: { name: 'Gitea' } },
  pusher: { id: 1, login: 'gitea', full_name: 'Gitea', username: 'gitea' },
}

const json = { 'content-type': 'application/json' }
const read = (headers: object, body: unknown) =>
  readDelivery({ ...json, ...headers }, Buffer.from(JSON.stringify(body)))
const push = { 'x-github-event': 'push' }

describe('a push', () => {
  test('of GitHub', () => {
    expect(read(push, github)).toEqual({
      is: 'push',
      push: {
        ref: 'refs/heads/main',
        commit,
        subject: 'Say hello',
        author: 'Asha',
        pusher: 'ben',
        commits: 2,
      },
    })
  })

  test('of GitHub as a form', () => {
    const body = Buffer.from(new URLSearchParams({ payload: JSON.stringify(github) }).toString())
    const headers = { ...push, 'content-type': 'application/x-www-form-urlencoded' }
    expect(readDelivery(headers, body)).toMatchObject({ is: 'push', push: { commit } })
  })

  test.each(['x-gitea-event', 'x-forgejo-event'])('of %s', (header) => {
    expect(read({ [header]: 'push' }, gitea)).toMatchObject({
      push: { ref: 'refs/heads/develop', pusher: 'gitea', author: 'Gitea', commits: 7 },
    })
  })

  test('with the id of SHA-256', () => {
    const after = 'ab'.repeat(32)
    expect(read(push, { ...github, after })).toMatchObject({ push: { commit: after } })
  })

  test('whose texts are made for deceiving', () => {
    const message = `\u001b[2J${'x'.repeat(500)}`
    const head = { ...github.head_commit, message, author: { name: '' } }
    const found = read(push, { ...github, head_commit: head, pusher: null })
    expect(found).toMatchObject({ push: { author: '?', pusher: '?' } })
    expect(JSON.stringify(found)).not.toContain('u001b')
    expect(found).toMatchObject({ push: { subject: `[2J${'x'.repeat(500)}` } })
  })
})

test.each([
  ['a ping', { 'x-github-event': 'ping' }, { zen: 'Keep it simple' }, { is: 'ping' }],
  ['an issue', { 'x-github-event': 'issues' }, {}, { is: 'other', why: 'not a push' }],
  ['a tag', push, { ...github, ref: 'refs/tags/v1' }, { is: 'other', why: 'not a branch' }],
  ['a deletion', push, { ...github, deleted: true }, { is: 'other', why: 'a branch was deleted' }],
  ['one of Gitea', push, { ...gitea, after: '0'.repeat(40) }, { why: 'a branch was deleted' }],
])('%s is nothing to deploy', (_, headers, body, expected) => {
  expect(read(headers, body)).toMatchObject(expected)
})

test.each([
  ['no event', {}, github],
  ['no payload', push, null],
  ['no commit', push, { ...github, after: 'main' }],
  ['a hostile commit', push, { ...github, after: '--upload-pack=x' }],
  ['no ref', push, { ...github, ref: 7 }],
])('%s is garbage', (_, headers, body) => {
  expect(read(headers, body)).toEqual({ is: 'garbage' })
})

test('whatever comes is read without a fault', () => {
  fc.assert(
    fc.property(fc.string(), fc.boolean(), (text, form) => {
      const type = form ? 'application/x-www-form-urlencoded' : 'application/json'
      const found = readDelivery({ ...push, 'content-type': type }, Buffer.from(text))
      expect(found).toEqual({ is: 'garbage' })
    }),
  )
})
