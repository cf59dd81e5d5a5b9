import { createServer } from 'node:net'
import type { Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import tcp from '../../checks/tcp.ts'
import { listen } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'
import { probeOne } from './run.ts'

const open: TestServer[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

async function serve(listener: (socket: Socket) => void) {
  const server = await listen(createServer(listener))
  open.push(server)
  return { host: '127.0.0.1', port: server.port }
}

test('an open port is up', async () => {
  const reading = await probeOne(tcp, await serve(() => {}))
  expect(reading.metrics).toMatchObject({ down: false })
  expect(reading.saw).toMatch(/^connected in \d/)
})

test('what is sent is answered, in several pieces', async () => {
  const where = await serve((socket) => {
    socket.once('data', (sent) => {
      socket.write(`${String(sent).trim()} P`)
      setImmediate(() => socket.write('ONG\r\n'))
    })
  })
  const reading = await probeOne(tcp, { ...where, send: 'PING\r\n', expect: 'PING PONG' })
  expect(reading.metrics).toMatchObject({ down: false })
})

test.each([
  ['closes at once', (socket: Socket) => void socket.end(), 'closed without an answer'],
  ['answers otherwise', (socket: Socket) => void socket.end('-ERR'), 'answered otherwise'],
  [
    'talks without end',
    (socket: Socket) => void socket.write('x'.repeat(100_000)),
    'answered otherwise',
  ],
])('a server that %s is down', async (_, listener, saw) => {
  const reading = await probeOne(tcp, { ...(await serve(listener)), expect: 'PONG' })
  expect(reading).toMatchObject({ saw, metrics: { down: true } })
})

test('no answer before the time is up is down; a stop is no verdict', async () => {
  const where = await serve(() => {})
  const late = AbortSignal.abort(new DOMException('late', 'TimeoutError'))
  await expect(probeOne(tcp, where, {}, { signal: late })).rejects.toThrow('late')
  const abortedBy = (reason: Error) => {
    const stop = new AbortController()
    const probed = probeOne(tcp, { ...where, expect: 'x' }, {}, { signal: stop.signal })
    stop.abort(reason)
    return probed
  }
  const slow = await abortedBy(new DOMException('late', 'TimeoutError'))
  expect(slow).toMatchObject({ metrics: { down: true } })
  expect(slow.saw).toMatch(/^no answer within \d/)
  await expect(abortedBy(new Error('stopped'))).rejects.toThrow('stopped')
})
