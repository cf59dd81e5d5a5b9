import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { newServer } from './server.ts'
import { announce } from './world.ts'
import type { World } from './world.ts'

/** The network side of the stand-in. */
export interface Listening {
  /** What goes into `TELEGRAM_API_ROOT`. Throws before start(). */
  readonly root: string
  /** Opens the port on 127.0.0.1 and returns `root`. */
  start(): Promise<string>
  /** Ends everything: the port, open connections with their long polls and hanging calls, and waitFor promises. */
  stop(): Promise<void>
  /** Closes the port and all connections: new ones are refused until accept(). */
  refuse(): Promise<void>
  /** Opens the same port again. */
  accept(): Promise<void>
}

/** Gives the world a server on that port (0: any free one), not listening yet. */
export function listening(world: World, wantedPort: number): Listening {
  const server = newServer(world)
  let port = wantedPort
  const open = (): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject)
        port = (server.address() as AddressInfo).port
        resolve()
      })
    })
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeAllConnections()
    await closed
    // Two turns of the loop, or a client in this process could still take a closed connection for a live one.
    await setImmediate()
    await setImmediate()
  }
  const root = (): string => {
    if (port === 0) throw new Error('the stand-in has no port before start()')
    return `http://127.0.0.1:${port}`
  }
  return {
    get root() {
      return root()
    },
    start: () => open().then(root),
    stop: () => {
      announce(world, { kind: 'stopped' })
      return close()
    },
    refuse: close,
    accept: open,
  }
}
