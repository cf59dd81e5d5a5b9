import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { messageOf, OperatorError } from '../contract/error.ts'
import { createBodies, type Bodies, isTooMuch } from './body.ts'

// An import statement reads every export, the WebSocket too, and with it all of undici: 3 MiB.
const { createServer } = process.getBuiltinModule('node:http')

/** An answer: JSON for objects, text otherwise. */
export interface Answer {
  readonly status: number
  readonly body: object | string
  readonly type?: string
}

export type GetRoute = () => Answer | Promise<Answer>

/** A request with a body. */
export interface Posted {
  /** The path behind the route's own. */
  readonly rest: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export type PostRoute = (posted: Posted) => Answer | Promise<Answer>

export interface Routes {
  /** By their whole path. */
  readonly get: ReadonlyMap<string, GetRoute>
  /** By the beginning of their path, which ends in a slash. */
  readonly post: ReadonlyMap<string, PostRoute>
}

/**
 * Nobody may hold a connection open for long. GitHub itself waits 10 s for an answer
 * (docs.github.com/webhooks/using-webhooks/best-practices-for-using-webhooks).
 */
const limits = {
  requestTimeout: 10_000,
  headersTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 8_192,
} as const

const notFound: Answer = { status: 404, body: { error: 'not found' } }
const notAllowed = { status: 405, body: { error: 'method not allowed' } } as const

const postRouteOf = (routes: Routes, path: string) =>
  routes.post.entries().find(([begin]) => path.startsWith(begin) && path.length > begin.length)

/** What a request is answered, and the methods that would have been taken. */
async function find(
  routes: Routes,
  bodies: Bodies,
  request: IncomingMessage,
): Promise<Answer & { readonly allow?: string }> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
  const get = routes.get.get(path)
  if (get) {
    const isReading = request.method === 'GET' || request.method === 'HEAD'
    return isReading ? get() : { ...notAllowed, allow: 'GET, HEAD' }
  }
  const [begin = '', post] = postRouteOf(routes, path) ?? []
  if (!post) return notFound
  if (request.method !== 'POST') return { ...notAllowed, allow: 'POST' }
  const body = await bodies.read(request)
  if (isTooMuch(body)) return { status: body.status, body: { error: body.error } }
  return post({ rest: path.slice(begin.length), headers: request.headers, body })
}

async function answer(
  routes: Routes,
  bodies: Bodies,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, body, type, allow } = await find(routes, bodies, request)
  const text = typeof body === 'string' ? body : `${JSON.stringify(body)}\n`
  response.writeHead(status, {
    'content-type': type ?? (typeof body === 'string' ? 'text/plain' : 'application/json'),
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(allow !== undefined && { allow }),
    // What is left of a body is not read only to be thrown away.
    ...(!request.complete && { connection: 'close' }),
  })
  response.end(request.method === 'HEAD' ? undefined : text)
}

/** The private HTTP server, listening. @throws OperatorError when the address is taken or not ours */
export async function serve(
  address: { readonly host: string; readonly port: number },
  routes: Routes,
  failed: (error: unknown) => void,
): Promise<{ readonly host: string; readonly port: number; close(): Promise<void> }> {
  const bodies = createBodies()
  const server = createServer(limits, (request, response) => {
    answer(routes, bodies, request, response).catch((error: unknown) => {
      if (!request.destroyed) failed(error)
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
