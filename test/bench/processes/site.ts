import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * A site that answers everything, and counts. It has several ports: the kernel keeps the addresses of
 * a closed connection for a minute, and one port would run out of them (tcp(7), ip_local_port_range).
 */

const ports = 24

let answered = 0
const listen = async (): Promise<number> => {
  const server = createServer((_, response) => {
    answered++
    response.end('ok')
  })
  await new Promise<void>((listening) =>
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, listening),
  )
  return (server.address() as AddressInfo).port
}

process.on('message', () => process.send?.(answered))
process.on('disconnect', () => process.exit())
process.send?.({ ports: await Promise.all(Array.from({ length: ports }, listen)) })
