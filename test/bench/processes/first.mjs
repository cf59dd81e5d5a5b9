import { get } from 'node:http'

/** The floor of a start: Node, and one request. */

const { port } = JSON.parse(process.argv[2] ?? '')
get({ port, host: '127.0.0.1', path: '/floor' }, (response) => response.resume())
