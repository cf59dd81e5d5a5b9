import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { type Posted, serve } from '../../src/http/server.ts'

const MiB = 2 ** 20

async function open(take: (posted: Posted) => void = () => undefined) {
  const faults: unknown[] = []
  const server = await serve(
    { host: '127.0.0.1', port: 0 },
    {
      get: new Map([['/health', () => ({ status: 200, body: { ok: true } })]]),
      post: new Map([
        [
          '/hooks/',
          (posted) => {
            take(posted)
            return { status: 202, body: { length: posted.body.length } }
          },
        ],
      ]),
    },
    (error) => faults.push(error),
  )
  onTestFinished(() => server.close())
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${server.port}${path}`, init)
  return { ask, faults, port: server.port }
}

test('a body arrives as it was sent, with what stands behind the path', async () => {
  const taken: Posted[] = []
  const { ask } = await open((posted) => taken.push(posted))
  const body = Buffer.from([0, 1, 2, 255])
  expect((await ask('/hooks/web?x=1', { method: 'POST', body })).status).toBe(202)
  expect(taken).toMatchObject([{ rest: 'web', body }])
})

test.each([
  ['GET', '/health', 200, null],
  ['HEAD', '/health', 200, null],
  ['POST', '/health', 405, 'GET, HEAD'],
  ['GET', '/hooks/web', 405, 'POST'],
  ['PUT', '/hooks/web', 405, 'POST'],
  ['POST', '/hooks/', 404, null],
  ['POST', '/elsewhere', 404, null],
])('%s %s is answered %i', async (method, path, status, allow) => {
  const response = await (await open()).ask(path, { method })
  expect(response.status).toBe(status)
  expect(response.headers.get('allow')).toBe(allow)
})

test('5 MiB are taken, more is not', async () => {
  const { ask, faults } = await open()
  const send = (body: Buffer<ArrayBuffer>) => ask('/hooks/web', { method: 'POST', body })
  expect((await send(Buffer.alloc(5 * MiB))).status).toBe(202)
  expect(await outcome(send(Buffer.alloc(5 * MiB + 1)))).toBe(413)
  expect((await ask('/health')).status).toBe(200)
  expect(faults).toEqual([])
})

/** The server ends the connection of a body that it does not want, which may outrun its answer. */
const outcome = (sent: Promise<Response>): Promise<number> =>
  sent.then(
    ({ status }) => status,
    () => 413,
  )

test('a body without a length is counted while it comes', async () => {
  const taken: Posted[] = []
  const { port, faults } = await open((posted) => taken.push(posted))
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => undefined)
  socket.write('POST /hooks/web HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n')
  const chunk = Buffer.alloc(MiB)
  for (let sent = 0; sent < 6; sent++)
    socket.write(Buffer.concat([Buffer.from('100000\r\n'), chunk, Buffer.from('\r\n')]))
  const [answer] = await new Promise<string[]>((resolve) => {
    socket.once('data', (data: Buffer) => resolve(data.toString().split('\r\n')))
  })
  expect(answer).toBe('HTTP/1.1 413 Payload Too Large')
  expect(taken).toEqual([])
  expect(faults).toEqual([])
})

test('more bodies at once than there is room for are sent away', async () => {
  const { ask, port } = await open()
  const sockets = Array.from({ length: 16 }, () => connect(port, '127.0.0.1'))
  onTestFinished(() => sockets.forEach((socket) => void socket.destroy()))
  const begun = sockets.map(
    (socket) =>
      new Promise<void>((resolve) => {
        socket.once('data', () => resolve())
        socket.write(
          'POST /hooks/web HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n',
        )
      }),
  )
  await Promise.all(begun)
  expect((await ask('/hooks/web', { method: 'POST', body: 'x' })).status).toBe(503)
  expect((await ask('/health')).status).toBe(200)
  const gone = Promise.all(
    sockets.map((one) => new Promise((resolve) => one.once('close', resolve))),
  )
  for (const socket of sockets) socket.destroy()
  await gone
  await expect
    .poll(async () => (await ask('/hooks/web', { method: 'POST', body: 'x' })).status)
    .toBe(202)
})

test('who hangs up in the middle is no fault of the program', async () => {
  const { ask, port, faults } = await open()
  const socket = connect(port, '127.0.0.1')
  socket.write('POST /hooks/web HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nabc')
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.destroy()
  expect((await ask('/hooks/web', { method: 'POST', body: 'x' })).status).toBe(202)
  expect(faults).toEqual([])
})
