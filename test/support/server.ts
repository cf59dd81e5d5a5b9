import { readFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { fileURLToPath } from 'node:url'

/**
 * A server on a free port of this machine as an example describes it: `closed` (nobody listens),
 * `silent` (takes connections and says nothing), an HTTP answer, the banner of a TCP
 * server, or one that presents certificates of `test/fixtures/tls`.
 */
export type ServerFact =
  | 'closed'
  | 'silent'
  | { readonly status: number; readonly body: string }
  | { readonly banner: string }
  | { readonly tls: 'chain' | 'leaf' | 'self-signed' }

/** The path of a file in `test/fixtures/tls`. */
export const tlsFixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url))

/** What a TLS server needs to present one of them. */
export const identity = (name: string): { key: string; cert: string } => ({
  key: readFileSync(tlsFixture('server.key'), 'utf8'),
  cert: readFileSync(tlsFixture(`${name}.pem`), 'utf8'),
})

export interface TestServer {
  readonly port: number
  close(): Promise<void>
}

const make = (fact: ServerFact): Server => {
  if (typeof fact === 'string') return createServer(() => {})
  if ('banner' in fact) return createServer((socket) => socket.write(fact.banner))
  if ('tls' in fact) return createTlsServer(identity(fact.tls))
  return createHttpServer((_, response) => {
    response.writeHead(fact.status).end(fact.body)
  })
}

/** Listens and ends every connection when it is closed. */
export async function listen(server: Server): Promise<TestServer> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}

export async function startServer(fact: ServerFact): Promise<TestServer> {
  const server = await listen(make(fact))
  if (fact === 'closed') await server.close()
  return fact === 'closed' ? { port: server.port, close: async () => {} } : server
}
