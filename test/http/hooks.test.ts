import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Push, PushOutcome } from '../../src/contract/push.ts'
import { hooksRoute } from '../../src/http/hooks.ts'

const secret = 'It’s a Secret to Everybody'
const body = Buffer.from(
  JSON.stringify({ ref: 'refs/heads/main', after: 'ab'.repeat(20), pusher: { name: 'ben' } }),
)
const event = { 'x-github-event': 'push', 'content-type': 'application/json' }
const hmac = (of = body, key = secret) => createHmac('sha256', key).update(of).digest('hex')

function opened(outcome: PushOutcome = 'offered') {
  const pushes: [string, Push][] = []
  const state = { refusals: 0 }
  const route = hooksRoute({
    secret: (service) => (service === 'web' || service === 'a b' ? secret : undefined),
    pushed: (service, push) => {
      pushes.push([service, push])
      return outcome
    },
    refused: () => void state.refusals++,
  })
  return { route, pushes, state }
}

test.each([
  { 'x-hub-signature-256': `sha256=${hmac()}` },
  { 'x-gitea-signature': hmac() },
  { 'x-forgejo-signature': hmac() },
  { 'x-hub-signature-256': `sha256=${hmac().toUpperCase()}` },
])('%j is let in', async (signature) => {
  const { route, pushes, state } = opened()
  const answer = await route({ rest: 'web', headers: { ...event, ...signature }, body })
  expect(answer).toEqual({ status: 202, body: { accepted: 'offered' } })
  expect(pushes).toMatchObject([['web', { commit: 'ab'.repeat(20), pusher: 'ben' }]])
  expect(state.refusals).toBe(0)
})

test('a service may have blanks in its name', async () => {
  const { route, pushes } = opened()
  await route({ rest: 'a%20b', headers: { ...event, 'x-gitea-signature': hmac() }, body })
  expect(pushes).toMatchObject([['a b', {}]])
})

test('whoever is not let in learns nothing from the answer', async () => {
  const { route, pushes, state } = opened()
  const right = { ...event, 'x-hub-signature-256': `sha256=${hmac()}` }
  const refused = [
    { rest: 'web', headers: event, body },
    { rest: 'web', headers: { ...event, 'x-hub-signature-256': 'sha256=' }, body },
    {
      rest: 'web',
      headers: { ...event, 'x-hub-signature-256': `sha256=${hmac(body, 'x')}` },
      body,
    },
    { rest: 'web', headers: { ...event, 'x-hub-signature-256': `sha1=${hmac()}` }, body },
    { rest: 'web', headers: { ...event, 'x-gitea-signature': `${hmac()}00` }, body },
    { rest: 'web', headers: right, body: Buffer.concat([body, Buffer.from(' ')]) },
    { rest: 'other', headers: right, body },
    { rest: '%', headers: right, body },
    // A good one of the other kind does not make up for a bad one.
    {
      rest: 'web',
      headers: { ...event, 'x-hub-signature-256': 'sha256=00', 'x-gitea-signature': hmac() },
      body,
    },
  ]
  const answers = await Promise.all(refused.map(async (posted) => route(posted)))
  expect(new Set(answers.map((one) => JSON.stringify(one)))).toEqual(
    new Set(['{"status":401,"body":{"error":"not allowed"}}']),
  )
  expect(state.refusals).toBe(refused.length)
  expect(pushes).toEqual([])
})

test.each([
  ['deploying', { accepted: 'deploying' }],
  ['already-live', { ignored: 'this commit is live already' }],
  ['already-offered', { ignored: 'this commit was offered already' }],
  ['another-branch', { ignored: 'another branch' }],
] as const)('%s', async (outcome, expected) => {
  const { route } = opened(outcome)
  const headers = { ...event, 'x-gitea-signature': hmac() }
  expect(await route({ rest: 'web', headers, body })).toEqual({ status: 202, body: expected })
})

test('a signed ping, a signed issue and signed garbage', async () => {
  const { route, pushes } = opened()
  const send = async (name: string, text: string) => {
    const bytes = Buffer.from(text)
    const headers = { 'x-github-event': name, 'x-hub-signature-256': `sha256=${hmac(bytes)}` }
    return (await route({ rest: 'web', headers, body: bytes })).status
  }
  expect(await send('ping', '{}')).toBe(200)
  expect(await send('issues', '{}')).toBe(202)
  expect(await send('push', '{}')).toBe(400)
  expect(await send('push', 'garbage')).toBe(400)
  expect(pushes).toEqual([])
})
