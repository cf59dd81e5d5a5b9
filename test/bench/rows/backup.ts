import type { ChildProcess } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Row } from '../figures.ts'
import { calm, startBot } from '../support/bot.ts'
import { end, place } from '../support/children.ts'
import { pidOf, residentOf } from '../support/proc.ts'
import {
  type Fresh,
  linesOf,
  makeRepository,
  type Pair,
  plantSource,
  resticAlone,
  timed,
  timedAt,
} from '../support/restic.ts'
import { startTelegram, type Telegram } from '../support/telegram.ts'

const withinMs = 30 * 60_000

/** Looks at the memory of a process, twice a second, until the work is done; the most there was, MiB. */
async function peakOf(bot: ChildProcess, work: Promise<unknown>): Promise<number> {
  let peak = 0
  const look = setInterval(() => (peak = Math.max(peak, residentOf(pidOf(bot)))), 500)
  await work.finally(() => clearInterval(look))
  return peak
}

/** From the press that orders it to the message that it is done, in milliseconds. */
async function backUp(telegram: Telegram, name: string): Promise<number> {
  await telegram.say(`/backup ${name} now`)
  await telegram.until(`Back up ${name}`)
  return timed(async () => {
    await telegram.press(`Back up ${name}`)
    await telegram.until(`Backed up ${name}`, withinMs)
  })
}

/** The bot's whole job, from the press to the message, beside restic alone. */
export const backup: Row = {
  name: 'backup',
  async measure({ quick }) {
    const root = place()
    const source = plantSource(root, quick ? 4 : 80)
    const names = Array.from({ length: quick ? 1 : 7 }, (_, at) => `data${at}`)
    const freshOf = (name: string): Fresh => ({
      url: join(root, name),
      cache: join(root, 'cache'),
      password: 'bench-bench',
    })
    const entry = (name: string): string => {
      const { url, password } = freshOf(name)
      return `  ${name}: { source: { paths: [${source.path}] }, repository: ${url}, password: ${password} }\n`
    }
    const config = `${calm}backups:\n${names.map(entry).join('')}`
    const telegram = await startTelegram(1, true)
    const bot = startBot({ telegram, config })
    await telegram.until('on duty', 60_000)
    await sleep(quick ? 3_000 : 12_000)
    const idle = residentOf(pidOf(bot))
    const rates: (Pair & { readonly grown: number })[] = []
    for (const name of names) {
      const alone = source.rate(await timedAt(root, resticAlone(source)))
      makeRepository(freshOf(name))
      const run = backUp(telegram, name)
      const grown = (await peakOf(bot, run)) - idle
      rates.push({ ours: source.rate(await run), alone, grown })
      rmSync(join(root, name), { recursive: true })
    }
    const floods = await telegram.floods()
    await end(bot)
    const what = `a whole backup, ${source.mebibytes} MiB of random bytes`
    return [
      ...linesOf(`${what}: from the press to its message`, rates),
      {
        what: `${what}: what the bot's memory grows by`,
        unit: 'MiB',
        ours: rates.map(({ grown }) => grown),
        floors: [],
        target: { atMost: 20 },
      },
      {
        what: `${what}: refusals for too many messages (429)`,
        unit: 'in all',
        ours: [floods],
        floors: [],
        target: { atMost: 0 },
      },
    ]
  },
}
