import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Hooks, PushOutcome } from '../contract/push.ts'
import { readDelivery } from './push.ts'
import type { Answer, PostRoute } from './server.ts'

/** Who may not know anything learns nothing: no such service, no webhook, and a wrong signature are one. */
const refusal: Answer = { status: 401, body: { error: 'not allowed' } }

/** Stands in for the secret of a service without a webhook, so that a refusal takes equally long. */
const nobody = randomBytes(32).toString('hex')

/**
 * The HMAC-SHA256 of the body as the sender signed it: `sha256=HEX` of GitHub
 * (docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries), HEX alone of Gitea and
 * Forgejo (docs.gitea.com/usage/webhooks).
 */
function signatureOf(headers: IncomingHttpHeaders): Buffer {
  const github = headers['x-hub-signature-256']
  const given =
    github === undefined
      ? (headers['x-gitea-signature'] ?? headers['x-forgejo-signature'])
      : String(github).replace(/^sha256=/, '')
  const hex = typeof given === 'string' && /^[0-9a-f]{64}$/i.test(given) ? given : ''
  return Buffer.from(hex, 'hex')
}

/** Compared in a time that does not depend on where they differ. */
function isSigned(body: Buffer, headers: IncomingHttpHeaders, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(body).digest()
  const given = signatureOf(headers)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

const ignoredBecause: Readonly<Record<Exclude<PushOutcome, 'deploying' | 'offered'>, string>> = {
  'another-branch': 'another branch',
  'already-live': 'this commit is live already',
  'already-offered': 'this commit was offered already',
}

const answerOf = (outcome: PushOutcome): Answer =>
  outcome === 'deploying' || outcome === 'offered'
    ? { status: 202, body: { accepted: outcome } }
    : { status: 202, body: { ignored: ignoredBecause[outcome] } }

function nameOf(rest: string): string {
  try {
    return decodeURIComponent(rest)
  } catch {
    return ''
  }
}

/** `POST /hooks/SERVICE`: a push that GitHub, Gitea or Forgejo tells of, signed with the service's secret. */
export const hooksRoute =
  (hooks: Hooks): PostRoute =>
  ({ rest, headers, body }) => {
    const service = nameOf(rest)
    const secret = hooks.secret(service)
    if (!isSigned(body, headers, secret ?? nobody) || secret === undefined) {
      hooks.refused()
      return refusal
    }
    const delivery = readDelivery(headers, body)
    if (delivery.is === 'garbage')
      return { status: 400, body: { error: 'neither a push nor a ping' } }
    if (delivery.is === 'ping') return { status: 200, body: { ok: true } }
    if (delivery.is === 'other') return { status: 202, body: { ignored: delivery.why } }
    return answerOf(hooks.pushed(service, delivery.push))
  }
