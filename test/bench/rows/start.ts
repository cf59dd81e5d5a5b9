import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import type { Row } from '../figures.ts'
import { calm, flags, httpChecks, startBot } from '../support/bot.ts'
import { atEnd, reapAll, startNode } from '../support/children.ts'
import { startTelegram } from '../support/telegram.ts'

const checks = 10

/** A site that notes when each of its paths was first asked for. */
async function noting() {
  const first = new Map<string, number>()
  let look = (): void => undefined
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    if (!first.has(path)) first.set(path, performance.now())
    response.end('ok')
    look()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  atEnd(() => server.close().closeAllConnections())
  return {
    port: (server.address() as AddressInfo).port,
    /** The times at which so many paths had been asked for. */
    async all(n: number): Promise<readonly number[]> {
      await new Promise<void>((done) => {
        look = () => first.size >= n && done()
        look()
      })
      return [...first.values()]
    },
  }
}

/** From the start of the program to its first checks. */
export const start: Row = {
  name: 'start',
  async measure({ quick }) {
    const first: number[] = []
    const all: number[] = []
    const floor: number[] = []
    // The first one fills the compile cache, as the first start of an installation does.
    for (let run = -1; run < (quick ? 2 : 7); run++) {
      const bare = await noting()
      const began = performance.now()
      const file = resolve(import.meta.dirname, '../processes/first.mjs')
      startNode({ args: [...flags, file, JSON.stringify({ port: bare.port })] })
      const [alone = NaN] = await bare.all(1)
      const telegram = await startTelegram()
      const site = await noting()
      const config = calm + httpChecks(checks, [site.port], '1m')
      const from = performance.now()
      startBot({ telegram, config })
      const times = await site.all(checks)
      if (run >= 0) {
        floor.push((alone - began) / 1_000)
        first.push((Math.min(...times) - from) / 1_000)
        all.push((Math.max(...times) - from) / 1_000)
      }
      await reapAll()
    }
    const floors = [{ name: 'bare Node and one request', values: floor }]
    return [
      { what: 'start to the first check', unit: 's', ours: first, floors, target: { atMost: 1 } },
      { what: 'start to all of 10 checks', unit: 's', ours: all, floors, target: { atMost: 2 } },
    ]
  },
}
