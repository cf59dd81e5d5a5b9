import { z } from 'zod'
import { OperatorError } from '../src/contract/error.ts'
import { defineFix } from '../src/contract/fix.ts'
import { describeFailure } from '../src/probe/failure.ts'
import { fingerprint } from '../src/probe/fingerprint.ts'
import { type Answer, exchange } from '../src/probe/http/exchange.ts'
import { isAccepted, statusParam } from '../src/probe/http/status.ts'
import { formatDuration } from '../src/contract/units.ts'

const params = z.strictObject({
  url: z
    .string()
    .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), {
      message: 'expected a URL that begins with http:// or https://',
    })
    .describe('begins with http:// or https://'),
  method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE', 'GET']).default('POST'),
  headers: z.record(z.string().regex(/^[!#$%&'*+.^_`|~\w-]+$/), z.string()).default({}),
  body: z
    .union([z.string(), z.json()])
    .optional()
    .describe('a text goes as it is, all else as JSON'),
  status: statusParam
    .prefault('200-299')
    .describe('good ones; a redirect is none by default, because nothing has been done yet'),
})

/** Characters told of a refusal: more than is shown, for a secret that is cut is not known for one. */
const refusalLimit = 2000

type Params = z.output<typeof params>

/** Hooks carry their secret in the path: what looks like one, user, query and fragment are left out. */
export function safeUrl(text: string): string {
  const { origin, pathname, search } = new URL(text)
  const path = pathname
    .split('/')
    .map((part) => (/^(?=.*\d)[\w%~.:-]{12,}$/.test(part) || part.length > 40 ? '…' : part))
    .join('/')
  return `${origin}${path}${search === '' ? '' : '?…'}`
}

const shown = ({ method, url }: Params): string => `${method} ${safeUrl(url)}`

/** The request itself may hold secrets, which a stored plan must not. */
const markOf = ({ url, method, headers, body }: Params): string =>
  fingerprint([url, method, headers, body])

async function send(settings: Params, signal: AbortSignal): Promise<Answer> {
  const { url, method, headers, body } = settings
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const json = text !== body && { 'content-type': 'application/json' }
  const whole = { url: new URL(url), method, headers: { ...json, ...headers }, verify: true }
  try {
    return await exchange({ ...whole, body: text }, signal)
  } catch (thrown) {
    const seen = signal.aborted ? 'no answer in time' : describeFailure(thrown)
    throw new OperatorError(
      `${shown(settings)}: ${seen}`,
      'Whether it had an effect is unknown: see at the other side.',
      thrown,
    )
  }
}

export default defineFix({
  kind: 'http',
  summary: 'Sends one HTTP request, over a new connection, and never repeats it by itself.',
  risk: 'disruptive',
  params,
  look: () => Promise.resolve(null),
  plan: (_, settings) => [{ show: shown(settings), act: markOf(settings) }],
  act: async (step, settings, { signal }) => {
    if (step.act !== markOf(settings))
      throw new OperatorError('The request in the config is not the one that was planned')
    const started = performance.now()
    const { status, body } = await send(settings, signal)
    if (!isAccepted(settings.status, status)) {
      const text = body.trim().split('\n')[0]?.trim().slice(0, refusalLimit) ?? ''
      throw new OperatorError(
        `${shown(settings)} answered HTTP ${status}${text === '' ? '' : `: ${text}`}`,
        'See at the other side what it refuses.',
      )
    }
    return { result: `HTTP ${status} in ${formatDuration(performance.now() - started)}` }
  },
})
