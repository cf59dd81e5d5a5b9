import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { messageOf, OperatorError } from '../contract/error.ts'

// An import statement reads every export, the WebSocket too, and with it all of undici: 3 MiB.
const { createServer } = process.getBuiltinModule('node:http')

/** An answer: JSON for objects, text otherwise. */
export interface Answer {
  readonly status: number
  readonly body: object | string
  readonly type?: string
}

export type Route = () => Answer | Promise<Answer>

/** Nothing here takes a body, and nobody may hold a connection open for long. */
const limits = { requestTimeout: 5_000, headersTimeout: 5_000, maxHeaderSize: 8_192 } as const

async function answer(
  routes: ReadonlyMap<string, Route>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
  const route = routes.get(path)
  const reading = request.method === 'GET' || request.method === 'HEAD'
  const { status, body, type }: Answer = !route
    ? { status: 404, body: { error: 'not found' } }
    : !reading
      ? { status: 405, body: { error: 'method not allowed' } }
      : await route()
  const text = typeof body === 'string' ? body : `${JSON.stringify(body)}\n`
  response.writeHead(status, {
    'content-type': type ?? (typeof body === 'string' ? 'text/plain' : 'application/json'),
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 405 && { allow: 'GET, HEAD' }),
  })
  response.end(request.method === 'HEAD' ? undefined : text)
}

/** The private HTTP server, listening. @throws OperatorError when the address is taken or not ours */
export async function serve(
  address: { readonly host: string; readonly port: number },
  routes: ReadonlyMap<string, Route>,
  failed: (error: unknown) => void,
): Promise<{ readonly host: string; readonly port: number; close(): Promise<void> }> {
  const server = createServer(limits, (request, response) => {
    answer(routes, request, response).catch((error: unknown) => {
      failed(error)
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new OperatorError(
          `cannot listen on ${address.host}:${address.port}: ${messageOf(error)}`,
          'set HTTP_LISTEN to another address, or to off',
          error,
        ),
      ),
    )
    server.listen(address.port, address.host, resolve)
  })
  server.on('error', failed)
  const { port } = server.address() as AddressInfo
  return {
    host: address.host,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
