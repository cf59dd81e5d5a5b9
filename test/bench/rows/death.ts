import { setTimeout as sleep } from 'node:timers/promises'
import { type Line, quantile, type Row } from '../figures.ts'
import { calm, startBot } from '../support/bot.ts'
import { reapAll } from '../support/children.ts'
import { startPm2 } from '../support/pm2.ts'
import { now, startTelegram } from '../support/telegram.ts'

/** Between two deaths: the bot sends once a second at most. */
const pause = 1_200

async function deaths(n: number): Promise<readonly number[]> {
  const names = Array.from({ length: n }, (_, at) => `app-${at}-`)
  const pm2 = await startPm2(
    names.map((name) => ({
      name,
      script: '/bin/sleep',
      args: '100000',
      interpreter: 'none',
      autorestart: false,
    })),
  )
  const telegram = await startTelegram()
  const services = names.map(
    (name) =>
      `  ${name}: { manager: { pm2: ${name}, home: ${pm2.home} }, restart: ask, severity: critical }\n`,
  )
  const pids = await pm2.pids()
  startBot({ telegram, config: `${calm}services:\n${services.join('')}` })
  await telegram.until('on duty', 60_000)
  await sleep(6_000)
  const took: number[] = []
  for (const [name, pid] of pids) {
    const died = now()
    process.kill(pid, 'SIGKILL')
    took.push((await telegram.until(name)).at - died)
    await sleep(pause)
  }
  await reapAll()
  return took
}

/** From the death of a PM2 process to the message at the Bot API. */
export const death: Row = {
  name: 'death',
  async measure({ quick }) {
    const runs: (readonly number[])[] = []
    for (let run = 0; run < (quick ? 1 : 3); run++) runs.push(await deaths(quick ? 8 : 16))
    const all = runs.flat()
    const line = (part: number, atMost: number): Line => ({
      what: `death of a PM2 process to its message, p${part * 100} of ${all.length}`,
      unit: 's',
      ours:
        part === 0.5
          ? runs.map((run) => quantile(run, part) / 1_000)
          : [quantile(all, part) / 1_000],
      floors: [],
      target: { atMost },
    })
    return [line(0.5, 0.2), line(0.99, 1)]
  },
}
