import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A site that answers everything, and counts. */

let answered = 0
const server = createServer((_, response) => {
  answered++
  response.end('ok')
})
process.on('message', () => process.send?.(answered))
process.on('disconnect', () => process.exit())
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
  process.send?.({ port: (server.address() as AddressInfo).port }),
)
