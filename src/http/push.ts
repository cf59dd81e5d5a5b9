import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import type { Push } from '../contract/push.ts'

/** What a delivery of a webhook is. */
export type Delivery =
  | { readonly is: 'push'; readonly push: Push }
  | { readonly is: 'ping' }
  /** Nothing to deploy: an event, or a push, of another kind. */
  | { readonly is: 'other'; readonly why: string }
  | { readonly is: 'garbage' }

const longestRef = 300

/**
 * The part of a push that is read: docs.github.com/webhooks/webhook-events-and-payloads#push, and
 * docs.gitea.com/usage/webhooks, whose fields have the same names.
 */
const payload = z.object({
  ref: z.string().min(1).max(longestRef),
  after: z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/),
  deleted: z.boolean().optional(),
  commits: z.array(z.unknown()).nullish(),
  total_commits: z.int().nonnegative().optional(),
  head_commit: z
    .object({
      message: z.string(),
      author: z.object({ name: z.string() }).nullish(),
    })
    .nullish(),
  pusher: z
    .object({
      name: z.string().nullish(),
      username: z.string().nullish(),
      login: z.string().nullish(),
    })
    .nullish(),
})

const eventOf = (headers: IncomingHttpHeaders): unknown =>
  headers['x-github-event'] ?? headers['x-gitea-event'] ?? headers['x-forgejo-event']

const isForm = (headers: IncomingHttpHeaders): boolean =>
  headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true

/** GitHub sends JSON, or a form whose field `payload` holds it. */
function jsonOf(headers: IncomingHttpHeaders, body: Buffer): unknown {
  const text = body.toString('utf8')
  const json = isForm(headers) ? new URLSearchParams(text).get('payload') : text
  try {
    return JSON.parse(json ?? '')
  } catch {
    return undefined
  }
}

/** The first line, without control characters. */
const firstLine = (text: string): string =>
  (text.split('\n', 1)[0] ?? '').replace(/\p{Cc}/gu, '').trim()

function pushOf(read: z.infer<typeof payload>): Push {
  const { ref, after, commits, total_commits: total, head_commit: head, pusher } = read
  const name = pusher?.username ?? pusher?.login ?? pusher?.name ?? ''
  return {
    ref,
    commit: after,
    subject: firstLine(head?.message ?? ''),
    author: firstLine(head?.author?.name ?? '') || '?',
    pusher: firstLine(name) || '?',
    commits: total ?? commits?.length ?? 0,
  }
}

/** Reads what a webhook of GitHub, Gitea or Forgejo delivers. Pure. */
export function readDelivery(headers: IncomingHttpHeaders, body: Buffer): Delivery {
  const event = eventOf(headers)
  const json = jsonOf(headers, body)
  if (typeof event !== 'string' || typeof json !== 'object' || json === null)
    return { is: 'garbage' }
  if (event === 'ping') return { is: 'ping' }
  if (event !== 'push') return { is: 'other', why: 'not a push' }
  const read = payload.safeParse(json)
  if (!read.success) return { is: 'garbage' }
  const { ref, after, deleted } = read.data
  if (deleted === true || /^0+$/.test(after)) return { is: 'other', why: 'a branch was deleted' }
  if (!ref.startsWith('refs/heads/')) return { is: 'other', why: 'not a branch' }
  return { is: 'push', push: pushOf(read.data) }
}
