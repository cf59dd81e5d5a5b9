import { z } from 'zod'
import { defineCheck } from '../src/contract/check.ts'
import type { ProbeContext } from '../src/contract/check.ts'
import { OperatorError } from '../src/contract/error.ts'
import { flag, number } from '../src/contract/metric.ts'
import type { Reading } from '../src/contract/reading.ts'
import { codeOf, describeFailure, isRefusal, isTimeout } from '../src/probe/failure.ts'
import { showTime } from '../src/probe/measure.ts'
import { Interrupted } from '../src/probe/tls/handshake.ts'
import { judge, showChain } from '../src/probe/tls/judge.ts'
import { canonicalHost, placeOf } from '../src/probe/tls/place.ts'
import { StartTlsRefused } from '../src/probe/tls/starttls.ts'
import { present } from '../src/probe/tls/trust.ts'

type Metrics = 'days_left' | 'expired' | 'untrusted' | 'mismatch' | 'down'

const host = z.string().refine((text) => canonicalHost(text) !== '', {
  message: 'expected a name or an address, such as example.com, without https:// or a port',
})

const params = z.strictObject({
  host: host.describe('name or address to connect to'),
  port: z.int().min(1).max(65_535).optional().describe('default 443, with `starttls` its own'),
  servername: host
    .optional()
    .describe('the name that is asked for and must be in the certificate, default `host`'),
  starttls: z
    .enum(['smtp', 'imap', 'pop3'])
    .optional()
    .describe('begin in plain text, as mail servers do on ports 25, 143 and 110'),
  ca: z
    .string()
    .startsWith('/', 'expected an absolute path')
    .optional()
    .describe(
      'file of certificates in PEM that are trusted too: your own authority, or self-signed',
    ),
})

type Params = z.output<typeof params>

const down = (saw: string): Reading<Metrics> => ({
  subject: '',
  metrics: { days_left: null, expired: null, untrusted: null, mismatch: null, down: true },
  saw,
})

/** A failure of the other side is a reading; one of this machine means that nothing was seen. */
function failed(thrown: unknown, took: number, signal: AbortSignal): Reading<Metrics> {
  if (isTimeout(signal)) {
    const connected = thrown instanceof Interrupted && thrown.connected
    return down(
      `${connected ? 'connected, but no handshake' : 'no answer'} within ${showTime(took)}`,
    )
  }
  signal.throwIfAborted()
  if (thrown instanceof StartTlsRefused) return down(`no STARTTLS: ${thrown.message}`)
  if (isRefusal(codeOf(thrown))) return down(describeFailure(thrown))
  if (thrown instanceof OperatorError) throw thrown
  throw new OperatorError(
    `the connection could not be tried: ${describeFailure(thrown)}`,
    'See whether this machine is out of open files or memory.',
    thrown,
  )
}

async function probe(settings: Params, { signal, memo, now }: ProbeContext) {
  signal.throwIfAborted()
  memo.delete('chain')
  const place = placeOf(settings)
  const started = performance.now()
  try {
    const presented = await present(place, settings.ca, signal)
    const verdict = judge(presented, place.name, now)
    if (verdict === null) return down('the server presents no certificate')
    memo.set('chain', showChain(presented.chain))
    const { daysLeft, expired, untrusted, mismatch, saw } = verdict
    const metrics = { days_left: daysLeft, expired, untrusted, mismatch, down: false }
    return { subject: '', metrics, saw } satisfies Reading<Metrics>
  } catch (thrown) {
    return failed(thrown, performance.now() - started, signal)
  }
}

/** 12 days and a half before the certificate of the examples ends, and as long after. */
const before = Date.UTC(2120, 10, 21, 12)
const after = Date.UTC(2120, 11, 16, 12)

const good = { expired: false, untrusted: false, mismatch: false, down: false }
const local = { host: '127.0.0.1', port: 8443, servername: 'example.com' }
const ca = '/etc/ssl/our-authority.pem'

export default defineCheck({
  kind: 'certificate',
  summary:
    'Whether a TLS server presents a certificate that is valid, and for how long it will be.',
  params,
  metrics: {
    days_left: number('days until the first of the chain ends'),
    expired: flag('certificate has expired'),
    untrusted: flag('certificate not trusted or not valid yet'),
    mismatch: flag('certificate is for another name'),
    down: flag('no TLS connection'),
  },
  defaults: {
    warning: 'days_left < 14',
    critical: 'days_left < 3',
    failures: 3,
    every: '10m',
  },
  conditions: ['expired', 'untrusted', 'mismatch', 'down'],
  advice:
    'Renew it (certbot renew) and reload the server that presents it; if it was renewed already, only the reload is missing.',
  remote: true,
  probe: async (settings, context) => [await probe(settings, context)],
  evidence: async (_, __, { memo }) => {
    const chain = memo.get('chain')
    return Array.isArray(chain) ? [{ title: 'The chain', lines: chain.map(String) }] : []
  },
  examples: [
    {
      title: 'A certificate that ends soon',
      params: { ...local, ca },
      facts: { server: { tls: 'chain' }, now: before },
      readings: [
        {
          subject: '',
          metrics: { days_left: 12.5, ...good },
          saw: 'expires in 12 days (2120-12-04), issued by R11, for example.com',
        },
      ],
    },
    {
      title: 'One that has expired',
      params: { ...local, ca },
      facts: { server: { tls: 'chain' }, now: after },
      readings: [
        {
          subject: '',
          metrics: { days_left: -12.5, ...good, expired: true },
          saw: 'expired 12 days ago (2120-12-04), issued by R11, for example.com',
        },
      ],
    },
    {
      title: 'A server that does not send its intermediate certificate',
      params: { ...local, ca },
      facts: { server: { tls: 'leaf' }, now: before },
      readings: [
        {
          subject: '',
          metrics: { days_left: 12.5, ...good, untrusted: true },
          saw: 'chain incomplete: R11 is neither sent nor trusted here, expires in 12 days (2120-12-04), issued by R11, for example.com',
        },
      ],
    },
    {
      title: 'Self-signed, and for another name',
      params: { host: '127.0.0.1', port: 8443 },
      facts: { server: { tls: 'self-signed' }, now: before },
      readings: [
        {
          subject: '',
          metrics: { days_left: 12.5, ...good, untrusted: true, mismatch: true },
          saw: 'for example.com, not for 127.0.0.1, self-signed, expires in 12 days (2120-12-04)',
        },
      ],
    },
    {
      title: 'Nobody listens',
      params: { host: '127.0.0.1', port: 8443 },
      facts: { server: 'closed' },
      readings: [
        {
          subject: '',
          metrics: { days_left: null, expired: null, untrusted: null, mismatch: null, down: true },
          saw: 'connection refused',
        },
      ],
    },
  ],
})
