import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReader, encode } from '../../../src/managers/pm2/amp.ts'

/** What the stand-in was asked to do. */
export interface Asked {
  readonly method: string
  readonly argument: unknown
}

export interface StandIn {
  readonly home: string
  readonly asked: Asked[]
  /** The answer to `getMonitorData`; a function is called for each. */
  processes: readonly object[] | (() => readonly object[])
  /** Set: what every other method is answered with; a function is called for each. */
  error: string | null | ((asked: Asked) => string | null)
  /** Set: nothing is answered. */
  silent: boolean
  start(): Promise<void>
  /** Ends it as a kill does: connections break, the socket files stay. */
  stop(): Promise<void>
  emit(topic: string, data: unknown): void
  /** Resolves when so many listen on the bus. */
  listeners(count: number): Promise<void>
  end(): Promise<void>
}

const isCall = (value: unknown): value is { method: string; args: unknown[] } =>
  typeof value === 'object' && value !== null && 'method' in value && 'args' in value

/** The two sockets of a PM2 daemon, and nothing behind them. */
export async function createStandIn(): Promise<StandIn> {
  const home = await mkdtemp(join(tmpdir(), 'pm2-standin-'))
  const sockets = new Set<Socket>()
  const bus = new Set<Socket>()
  const waiting: { readonly count: number; readonly resolve: () => void }[] = []
  let servers: Server[] = []
  const settle = () => {
    for (const one of waiting) if (bus.size === one.count) one.resolve()
  }
  const answer = (call: unknown): unknown => {
    if (!isCall(call)) return { error: 'no call' }
    const asked = { method: call.method, argument: call.args[0] }
    self.asked.push(asked)
    if (call.method !== 'getMonitorData') {
      const error = typeof self.error === 'function' ? self.error(asked) : self.error
      return error === null ? { args: [{}] } : { error }
    }
    return { args: [typeof self.processes === 'function' ? self.processes() : self.processes] }
  }
  const listen = (name: string, connected: (socket: Socket) => void): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer((socket) => {
        sockets.add(socket)
        socket.on('error', () => undefined)
        socket.on('close', () => {
          sockets.delete(socket)
          bus.delete(socket)
          settle()
        })
        connected(socket)
      })
      server.on('error', reject)
      server.listen(join(home, name), () => resolve(server))
    })

  const self: StandIn = {
    home,
    asked: [],
    processes: [],
    error: null,
    silent: false,
    start: async () => {
      await Promise.all(
        ['rpc.sock', 'pub.sock'].map((name) => rm(join(home, name), { force: true })),
      )
      servers = await Promise.all([
        listen('rpc.sock', (socket) => {
          const read = createReader({ max: 1e6 }, (args) => {
            if (!self.silent) socket.write(encode([answer(args?.[0]), args?.[1]]))
          })
          socket.on('data', (chunk: Buffer) => read(chunk))
        }),
        listen('pub.sock', (socket) => {
          bus.add(socket)
          socket.resume()
          settle()
        }),
      ])
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await Promise.all(servers.map((server) => new Promise((done) => server.close(done))))
      servers = []
    },
    emit: (topic, data) => {
      for (const socket of bus) socket.write(encode([topic, data]))
    },
    listeners: (count) =>
      new Promise((resolve) => {
        waiting.push({ count, resolve })
        settle()
      }),
    end: async () => {
      await self.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
  return self
}
