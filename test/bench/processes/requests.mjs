import { get } from 'node:http'

/**
 * The floor of http checks: requests of bare `node:http`, each over a new connection, and nothing
 * done with the answers. `perMinute` spreads them evenly; without it `atOnce` are under way at any time.
 */

const { ports, perMinute, atOnce } = JSON.parse(process.argv[2] ?? '')

let made = 0

function once(then) {
  const request = get(
    { port: ports[made++ % ports.length], host: '127.0.0.1', agent: false },
    (response) => {
      response.resume()
      response.once('end', then)
    },
  )
  request.once('error', then)
}

const again = () => once(again)

process.on('disconnect', () => process.exit())
if (perMinute !== undefined) setInterval(() => once(() => {}), 60_000 / perMinute)
for (let n = 0; n < (atOnce ?? 0); n++) again()
process.send?.({})
