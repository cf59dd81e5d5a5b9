import { type Line, quantile, type Row } from '../figures.ts'
import { calm, flags, httpChecks, startBot } from '../support/bot.ts'
import { reapAll, startProcess } from '../support/children.ts'
import { startTelegram } from '../support/telegram.ts'

const checks = 200
/** So many that nobody earns a flood limit: neither the bot's own of commands, nor Telegram's of messages. */
const people = 40
const pause = 80

const operators = Array.from(
  { length: people },
  (_, n) => `  - { id: ${1001 + n}, role: admin }\n`,
).join('')

/** `/status` to its reply at the Bot API. */
export const status: Row = {
  name: 'status',
  async measure({ quick }) {
    const runs = quick ? 1 : 3
    const times = quick ? 80 : 200
    const ours: (readonly number[])[] = []
    const floor: (readonly number[])[] = []
    for (let run = 0; run < runs; run++) {
      const [telegram, quiet] = [await startTelegram(people), await startTelegram(people)]
      const site = await startProcess('site.ts', {})
      const config = `${calm}operators:\n${operators}${httpChecks(checks, site.ready.ports, '1m')}`
      startBot({ telegram, config })
      await startProcess('echo.mjs', { root: quiet.root, token: quiet.token }, flags)
      await telegram.until('on duty', 60_000)
      // Neither is measured cold.
      await telegram.latencies('/status', 20, pause)
      await quiet.latencies('/status', 20, pause)
      ours.push(await telegram.latencies('/status', times, pause))
      floor.push(await quiet.latencies('/status', times, pause))
      await reapAll()
    }
    const line = (part: number, atMost: number): Line => ({
      what: `/status with ${checks} checks to its reply, p${part * 100} of ${times}`,
      unit: 'ms',
      ours: ours.map((run) => quantile(run, part)),
      floors: [{ name: 'an echo of grammY', values: floor.map((run) => quantile(run, part)) }],
      target: { atMost },
    })
    return [line(0.5, 5), line(0.99, 25)]
  },
}
