import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { z } from 'zod'
import { defineCheck } from '../src/contract/check.ts'
import { OperatorError } from '../src/contract/error.ts'
import { duration, flag } from '../src/contract/metric.ts'
import { codeOf, describeFailure, isRefusal, isTimeout } from '../src/probe/failure.ts'
import { showTime } from '../src/probe/measure.ts'

/** Bytes of an answer that are searched. */
const answerLimit = 64 * 1024

const params = z.strictObject({
  host: z.string().min(1).describe('name or address'),
  port: z.int().min(1).max(65_535),
  send: z.string().min(1).optional().describe('sent as it is once the connection stands'),
  expect: z.string().min(1).optional().describe('what must come back'),
})

type Params = z.output<typeof params>

/** Resolves when the connection stands and the answer was as expected; to what is wrong otherwise. */
function converse(socket: Socket, { send, expect }: Params): Promise<string | null> {
  const { promise, resolve, reject } = Promise.withResolvers<string | null>()
  let answer = Buffer.alloc(0)
  const wrong = (): void =>
    resolve(answer.length === 0 ? 'closed without an answer' : 'answered otherwise')
  socket.once('connect', () => {
    if (send !== undefined) socket.write(send)
    if (expect === undefined) resolve(null)
  })
  socket.on('data', (chunk: Uint8Array) => {
    if (expect === undefined) return
    answer = Buffer.concat([answer, chunk])
    if (answer.includes(expect)) resolve(null)
    else if (answer.length > answerLimit) wrong()
  })
  socket.once('end', wrong)
  socket.on('error', reject)
  return promise
}

function failed(thrown: unknown, took: number, signal: AbortSignal): string {
  if (isTimeout(signal)) return `no answer within ${showTime(took)}`
  signal.throwIfAborted()
  if (isRefusal(codeOf(thrown))) return describeFailure(thrown)
  throw new OperatorError(
    `the connection could not be tried: ${describeFailure(thrown)}`,
    'See whether this machine is out of open files or memory.',
    thrown,
  )
}

export default defineCheck({
  kind: 'tcp',
  summary: 'Whether a TCP port takes connections and, where asked, answers as it should.',
  params,
  metrics: {
    down: flag('no connection'),
    latency: duration('time to connect and answer'),
  },
  defaults: { critical: 'down', failures: 3 },
  conditions: ['down'],
  advice: 'See whether the service runs and listens there, and whether a firewall is in between.',
  remote: true,
  probe: async (settings, { signal }) => {
    signal.throwIfAborted()
    const started = performance.now()
    const socket = connect({ host: settings.host, port: settings.port })
    const stop = (): void => void socket.destroy(new Error('aborted'))
    signal.addEventListener('abort', stop, { once: true })
    try {
      const fault = await converse(socket, settings)
      const latency = performance.now() - started
      const did = settings.expect === undefined ? 'connected' : 'answered'
      const saw = fault ?? `${did} in ${showTime(latency)}`
      return [{ subject: '', metrics: { down: fault !== null, latency }, saw }]
    } catch (thrown) {
      const saw = failed(thrown, performance.now() - started, signal)
      return [{ subject: '', metrics: { down: true, latency: null }, saw }]
    } finally {
      signal.removeEventListener('abort', stop)
      socket.destroy()
    }
  },
  examples: [
    {
      title: 'A server that answers',
      params: { host: '127.0.0.1', port: 6379, send: 'PING\r\n', expect: 'PONG' },
      facts: { server: { banner: '+PONG\r\n' } },
      readings: [{ subject: '', metrics: { down: false, latency: 34 }, saw: 'answered in 34 ms' }],
    },
    {
      title: 'Nobody listens',
      params: { host: '127.0.0.1', port: 6379 },
      facts: { server: 'closed' },
      readings: [
        { subject: '', metrics: { down: true, latency: null }, saw: 'connection refused' },
      ],
    },
  ],
})
