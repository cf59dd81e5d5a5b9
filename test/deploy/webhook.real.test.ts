import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { ended, labels, now, said, type } from './support/chat.ts'
import { hookSecret, openStage, type Stage } from './support/stage.ts'
import { truthOf, wrongs } from './support/truth.ts'

async function push(stage: Stage, commit: string, key = hookSecret): Promise<Response> {
  const body = JSON.stringify({
    ref: 'refs/heads/main',
    after: commit,
    commits: [{ id: commit }],
    head_commit: { id: commit, message: 'Say hello', author: { name: 'Asha' } },
    pusher: { name: 'ben' },
  })
  const signature = createHmac('sha256', key).update(body).digest('hex')
  return fetch(`${stage.http}/hooks/web`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-hub-signature-256': `sha256=${signature}`,
    },
  })
}

const lastSaid = ({ standin }: Stage): number => standin.messages(1001).at(-1)?.message_id ?? 0

test('a push is offered, and its button deploys', { timeout: 5 * 60_000 }, async () => {
  const stage = await openStage()
  const commit = stage.origin.push('1')
  await stage.start()
  const before = lastSaid(stage)
  expect((await push(stage, commit, 'wrong')).status).toBe(401)
  expect(await (await push(stage, commit)).json()).toEqual({ accepted: 'offered' })
  const offer = await said(stage, before, ({ text }) => text.startsWith('⬆️'))
  expect(offer).toMatchObject({ disable_notification: true })
  expect(offer.text).toContain(`${commit.slice(0, 7)} Say hello (Asha)`)
  expect((await push(stage, commit)).status).toBe(202)

  const newer = stage.origin.push('2')
  await push(stage, newer)
  await said(stage, offer.message_id - 1, ({ text }) => text.includes(newer.slice(0, 7)))
  expect(now(stage, offer).text).toContain(newer.slice(0, 7))
  stage.standin.press(1001, now(stage, offer), 'Deploy web')
  const question = await said(stage, offer.message_id, (one) => labels(one).includes('Cancel'))
  stage.standin.press(1001, question, 'Deploy web')
  expect((await ended(stage, question)).text).toMatch(/^✅ Deployed web/)
  expect(await stage.served()).toBe('hello 2')
  expect(await (await push(stage, newer)).json()).toEqual({
    ignored: 'this commit is live already',
  })
  const audit = await said(stage, type(stage, '/audit'), ({ text }) => text.includes('webhook'))
  expect(audit.text).toContain('stranger')
  expect(audit.text).toContain('webhook (ben)')
})

test('auto: a push is deployed, exactly that commit', { timeout: 5 * 60_000 }, async () => {
  const webhook = '{ secret: "${HOOK_SECRET}", auto: true }'
  const stage = await openStage({ deploy: { webhook } })
  const commit = stage.origin.push('1')
  stage.origin.push('2')
  await stage.start()
  const before = lastSaid(stage)
  expect(await (await push(stage, commit)).json()).toEqual({ accepted: 'deploying' })
  const job = await said(stage, before, ({ text }) => text.includes(commit.slice(0, 7)))
  expect((await ended(stage, job)).text).toMatch(
    new RegExp(`^✅ Deployed web ${commit.slice(0, 7)}`),
  )
  expect(now(stage, job).text).toContain('webhook (ben)')
  const truth = await truthOf(stage)
  expect(wrongs(truth)).toEqual([])
  expect(truth.served).toBe('hello 1')
})
