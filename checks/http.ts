import { z } from 'zod'
import { defineCheck } from '../src/contract/check.ts'
import type { Memo, ProbeContext } from '../src/contract/check.ts'
import { OperatorError } from '../src/contract/error.ts'
import { duration, flag, number } from '../src/contract/metric.ts'
import type { Reading } from '../src/contract/reading.ts'
import { codeOf, describeFailure, isRefusal, isTimeout } from '../src/probe/failure.ts'
import { describeExpiry } from '../src/probe/http/certificate.ts'
import type { Answer, Outgoing } from '../src/probe/http/exchange.ts'
import { expectParam, unmet } from '../src/probe/http/expect.ts'
import { TooManyRedirects, follow } from '../src/probe/http/follow.ts'
import { isAccepted, statusParam } from '../src/probe/http/status.ts'
import { showTime } from '../src/probe/measure.ts'
import { keepRecent, percentile } from '../src/probe/recent.ts'

type Metrics = 'down' | 'latency' | 'p95' | 'status' | 'unmet'

/** Runs that the 95th percentile is taken over. */
const runs = 20
/** Lines of a bad answer that are kept as evidence. */
const evidenceLines = 20
/** Characters of each: more than is shown, because a secret that is cut is not known for one. */
const evidenceWidth = 2000

const params = z.strictObject({
  url: z
    .string()
    .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), {
      message: 'expected a URL that begins with http:// or https://',
    })
    .describe('begins with http:// or https://'),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']).default('GET'),
  headers: z.record(z.string().regex(/^[!#$%&'*+.^_`|~\w-]+$/), z.string()).default({}),
  body: z
    .union([z.string(), z.json()])
    .optional()
    .describe('a text goes as it is, all else as JSON'),
  status: statusParam.describe('good ones: a status, a range such as 200-299, or a list of both'),
  expect: expectParam
    .optional()
    .describe('what a good answer contains: a text, or what a JSONPath points at'),
  redirects: z
    .int()
    .min(0)
    .max(20)
    .default(5)
    .describe('followed at most; 0 judges the first answer'),
  verify: z.boolean().default(true).describe('whether a certificate must be valid'),
})

type Params = z.output<typeof params>

function outgoing({ url, method, headers, body, verify }: Params): Outgoing {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const json = text !== body && { 'content-type': 'application/json' }
  return { url: new URL(url), method, headers: { ...json, ...headers }, body: text, verify }
}

const down = (saw: string): Reading<Metrics> => ({
  subject: '',
  metrics: { down: true, latency: null, status: null, unmet: null },
  saw,
})

/** A failure of the other side is a reading; one of this machine means that nothing was seen. */
async function failed(thrown: unknown, took: number, settings: Params, context: ProbeContext) {
  const { signal, now } = context
  if (isTimeout(signal)) return down(`no answer within ${showTime(took)}`)
  signal.throwIfAborted()
  if (thrown instanceof TooManyRedirects) return down(thrown.message)
  const code = codeOf(thrown)
  if (code === 'CERT_HAS_EXPIRED') {
    return down(await describeExpiry(new URL(settings.url), now, signal))
  }
  if (isRefusal(code)) return down(describeFailure(thrown))
  throw new OperatorError(
    `the request could not be made: ${describeFailure(thrown)}`,
    'See whether this machine is out of open files or memory.',
    thrown,
  )
}

const evidenceOf = (body: string): readonly string[] =>
  body
    .trimEnd()
    .split('\n', evidenceLines)
    .map((line) => line.slice(0, evidenceWidth).trimEnd())

async function judge(answer: Answer, took: number, settings: Params, memo: Memo) {
  const accepted = isAccepted(settings.status, answer.status)
  const fault =
    accepted && settings.expect !== undefined ? await unmet(answer, settings.expect) : null
  const latencies = keepRecent(memo, 'latencies', took, runs)
  if (!accepted || fault !== null) memo.set('answer', evidenceOf(answer.body))
  const saw = `HTTP ${answer.status} in ${showTime(took)}`
  return {
    subject: '',
    metrics: {
      down: !accepted,
      latency: took,
      p95: percentile(latencies, 95),
      status: answer.status,
      unmet: accepted ? fault !== null : null,
    },
    saw: fault === null ? saw : `${saw}, ${fault}`,
  } satisfies Reading<Metrics>
}

export default defineCheck({
  kind: 'http',
  summary: 'Whether a URL answers as it should, over a new connection each time.',
  params,
  metrics: {
    down: flag('no good answer'),
    latency: duration('time to answer'),
    p95: duration('95th percentile of the last 20 times to answer'),
    status: number('HTTP status'),
    unmet: flag('answer not as expected'),
  },
  defaults: { critical: 'down', failures: 3 },
  conditions: ['unmet'],
  advice: 'See whether the service behind it runs and what its log says, then restart it.',
  remote: true,
  probe: async (settings, context) => {
    context.signal.throwIfAborted()
    context.memo.delete('answer')
    const started = performance.now()
    let answer: Answer
    try {
      answer = await follow(outgoing(settings), settings.redirects, context.signal)
    } catch (thrown) {
      return [await failed(thrown, performance.now() - started, settings, context)]
    }
    return [await judge(answer, performance.now() - started, settings, context.memo)]
  },
  evidence: async (_, __, { memo }) => {
    const answer = memo.get('answer')
    if (!Array.isArray(answer) || answer.every((line) => line === '')) return []
    return [{ title: 'The answer', lines: answer.map(String) }]
  },
  examples: [
    {
      title: 'A good answer',
      params: { url: 'http://127.0.0.1:8080/health', expect: { json: '$.state', not: 'ERROR' } },
      facts: { server: { status: 200, body: '{"state":"READY"}' } },
      readings: [
        {
          subject: '',
          metrics: { down: false, latency: 34, p95: 34, status: 200, unmet: false },
          saw: 'HTTP 200 in 34 ms',
        },
      ],
    },
    {
      title: 'A wrong status',
      params: { url: 'http://127.0.0.1:8080/health' },
      facts: { server: { status: 502, body: 'Bad Gateway' } },
      readings: [
        {
          subject: '',
          metrics: { down: true, latency: 34, p95: 34, status: 502, unmet: null },
          saw: 'HTTP 502 in 34 ms',
        },
      ],
    },
    {
      title: 'An answer that says that something is wrong',
      params: { url: 'http://127.0.0.1:8080/', expect: { json: '$.state', not: 'ERROR' } },
      facts: { server: { status: 200, body: '{"state":"ERROR"}' } },
      readings: [
        {
          subject: '',
          metrics: { down: false, latency: 34, p95: 34, status: 200, unmet: true },
          saw: 'HTTP 200 in 34 ms, $.state is "ERROR"',
        },
      ],
    },
    {
      title: 'Nobody listens',
      params: { url: 'http://127.0.0.1:8080/' },
      facts: { server: 'closed' },
      readings: [
        {
          subject: '',
          metrics: { down: true, latency: null, status: null, unmet: null },
          saw: 'connection refused',
        },
      ],
    },
  ],
})
