import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

/** The demo's shop: a small web service that PM2 runs, and that can be killed without harm. */

const { positionals } = parseArgs({ allowPositionals: true })
const port = Number(positionals[0])
const version = readFileSync(join(import.meta.dirname, 'VERSION'), 'utf8').trim()

createServer((_, response) => {
  response.end(`open, version ${version}\n`)
}).listen(port, '127.0.0.1', () => {
  console.log(
    `${new Date().toISOString()} version ${version} of the shop is open on port ${port}, pid ${process.pid}`,
  )
})
