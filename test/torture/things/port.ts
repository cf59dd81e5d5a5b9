import { createServer, type AddressInfo, type Server } from 'node:net'
import { once } from 'node:events'
import { often, type Thing } from './thing.ts'

/** A TCP port that is open, or not. */
export async function port(): Promise<Thing> {
  const open = async (at: number): Promise<Server> => {
    const server = createServer((socket) =>
      socket.on('error', () => undefined).end('220 ready\r\n'),
    )
    server.listen(at, '127.0.0.1')
    await once(server, 'listening')
    return server
  }
  let server: Server | null = await open(0)
  const { port: number } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    const closing = server
    server = null
    if (closing) await new Promise<void>((resolve) => closing.close(() => resolve()))
  }
  return {
    name: 'port',
    config: {
      checks: `port: { kind: tcp, host: 127.0.0.1, port: ${number}, expect: "220", critical: down, ${often} }`,
    },
    break: close,
    async mend() {
      server ??= await open(number)
    },
    broken: () => server === null,
    close,
  }
}
