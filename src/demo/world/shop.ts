import { createServer } from 'node:http'
import { parseArgs } from 'node:util'

/** The demo's shop: a small web service that PM2 runs, and that can be killed without harm. */

const { positionals } = parseArgs({ allowPositionals: true })
const port = Number(positionals[0])

createServer((_, response) => {
  response.end('open\n')
}).listen(port, '127.0.0.1', () => {
  console.log(`${new Date().toISOString()} the shop is open on port ${port}, pid ${process.pid}`)
})
