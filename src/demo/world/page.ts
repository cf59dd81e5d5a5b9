import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A web page of the demo, whose health can be broken. */
export interface Page {
  readonly url: string
  readonly broken: boolean
  break(): void
  mend(): void
  close(): Promise<void>
}

/** Listens on any free port of 127.0.0.1. */
export async function openPage(): Promise<Page> {
  let broken = false
  const server = createServer((_, response) => {
    response.writeHead(broken ? 500 : 200, { 'content-type': 'text/plain' })
    response.end(broken ? 'the database does not answer\n' : 'ok\n')
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/health`,
    get broken() {
      return broken
    },
    break: () => void (broken = true),
    mend: () => void (broken = false),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
