import { setTimeout as sleep } from 'node:timers/promises'
import type { Row } from '../figures.ts'
import { calm, flags, httpChecks, startBot } from '../support/bot.ts'
import { ask, reapAll, startProcess } from '../support/children.ts'
import { cpuOf, pidOf, residentOf } from '../support/proc.ts'
import { startTelegram } from '../support/telegram.ts'

const checks = 1_000

interface Seen {
  readonly memory: number
  readonly grammy: number
  /** CPU seconds an hour. */
  readonly cpu: number
  readonly floor: number
}

async function run(seconds: number): Promise<Seen> {
  const telegram = await startTelegram()
  const site = await startProcess('site.ts', {})
  const other = await startProcess('site.ts', {})
  const config = calm + httpChecks(checks, site.ready.ports, '1m')
  const bot = pidOf(startBot({ telegram, config }))
  const idle = await startProcess('echo.mjs', {}, flags)
  const settings = { ports: other.ready.ports, perMinute: checks }
  const floor = await startProcess('requests.mjs', settings, flags)
  await telegram.until('on duty', 60_000)
  await sleep(3_000)
  const before = { bot: cpuOf(bot), floor: cpuOf(pidOf(floor.child)) }
  const answered = await ask<number>(site.child, {})
  const floored = await ask<number>(other.child, {})
  await sleep(seconds * 1_000)
  // By what was really asked: the rate of a minute is not that of each of its parts.
  const hour = 60 * checks
  const asked = (await ask<number>(site.child, {})) - answered
  const bare = (await ask<number>(other.child, {})) - floored
  const seen = {
    memory: residentOf(bot),
    grammy: residentOf(pidOf(idle.child)),
    cpu: ((cpuOf(bot) - before.bot) / asked) * hour,
    floor: ((cpuOf(pidOf(floor.child)) - before.floor) / bare) * hour,
  }
  await reapAll()
  return seen
}

/** What a thousand http checks a minute cost. */
export const load: Row = {
  name: 'load',
  async measure({ quick }) {
    const runs: Seen[] = []
    for (let n = 0; n < (quick ? 1 : 3); n++) runs.push(await run(quick ? 10 : 30))
    return [
      {
        what: 'resident memory, 1,000 http checks a minute',
        unit: 'MiB',
        ours: runs.map(({ memory }) => memory),
        floors: [
          { name: 'Node with grammY loaded, same flags', values: runs.map(({ grammy }) => grammy) },
        ],
        target: { atMost: 1.8, timesFloor: true },
      },
      {
        what: '1,000 http checks a minute, judged and stored',
        unit: 'CPU seconds an hour',
        ours: runs.map(({ cpu }) => cpu),
        floors: [
          {
            name: 'bare node:http on new connections, same flags',
            values: runs.map(({ floor }) => floor),
          },
        ],
        target: { atMost: 3, timesFloor: true },
      },
    ]
  },
}
