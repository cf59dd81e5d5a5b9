import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Row } from '../figures.ts'
import { calm, flags, httpChecks, startBot } from '../support/bot.ts'
import { ask, reapAll, startProcess } from '../support/children.ts'
import { startTelegram } from '../support/telegram.ts'

/** More than it can do: a check that is still under way is not begun a second time. */
const offered = 3_000

/** Answers a second of a site, over some seconds. */
async function rate(site: ChildProcess, seconds: number): Promise<number> {
  const before = await ask<number>(site, {})
  const from = performance.now()
  await sleep(seconds * 1_000)
  const after = await ask<number>(site, {})
  return ((after - before) / (performance.now() - from)) * 1_000
}

/** How many http checks a second are probed, judged and stored. */
export const throughput: Row = {
  name: 'throughput',
  async measure({ quick }) {
    const ours: number[] = []
    const floor: number[] = []
    const seconds = quick ? 3 : 6
    for (let run = 0; run < (quick ? 1 : 3); run++) {
      const site = await startProcess('site.ts', {})
      const { ports } = site.ready
      await startProcess('requests.mjs', { ports, atOnce: 64 }, flags)
      await sleep(1_000)
      floor.push(await rate(site.child, seconds))
      await reapAll()
      const telegram = await startTelegram()
      const busy = await startProcess('site.ts', {})
      startBot({ telegram, config: calm + httpChecks(offered, busy.ready.ports, '1s') })
      await telegram.until('on duty', 60_000)
      await sleep(2_000)
      ours.push(await rate(busy.child, seconds))
      await reapAll()
    }
    return [
      {
        what: 'http checks kept up, judged and stored',
        unit: 'a second',
        ours,
        floors: [{ name: 'bare node:http on new connections, 64 at once', values: floor }],
        target: { atLeast: 1_500 },
      },
    ]
  },
}
