import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

/** The demo's shop: a small web service that PM2 runs, and that can be killed without harm. */

const { positionals } = parseArgs({ allowPositionals: true })
const [port, orders] = positionals
const version = readFileSync(join(import.meta.dirname, 'VERSION'), 'utf8').trim()

const orderEvery = 2_000
/** How long a copy of the database may hold up an order, in milliseconds. */
const patience = 5_000

const goods = ['tea', 'coffee', 'cocoa', 'honey', 'bread']

/** Each order opens the database anew: never one that was put aside, and never one that is not there. */
function sell(database: URL): void {
  const name = goods[Math.floor(Math.random() * goods.length)] ?? ''
  const cents = 100 + Math.floor(Math.random() * 900)
  try {
    const db = new DatabaseSync(database, { timeout: patience })
    try {
      db.prepare('INSERT INTO orders (at, goods, cents) VALUES (?, ?, ?)').run(
        new Date().toISOString(),
        name,
        cents,
      )
    } finally {
      db.close()
    }
  } catch (error) {
    console.error(
      `An order was not taken: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

createServer((_, response) => {
  response.end(`open, version ${version}\n`)
}).listen(Number(port), '127.0.0.1', () => {
  console.log(
    `${new Date().toISOString()} version ${version} of the shop is open on port ${port}, pid ${process.pid}`,
  )
})

if (orders !== undefined) {
  const database = pathToFileURL(orders)
  database.searchParams.set('mode', 'rw')
  setInterval(() => sell(database), orderEvery)
}
