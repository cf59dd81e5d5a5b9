import { setTimeout as sleep } from 'node:timers/promises'
import type { Row } from '../figures.ts'
import { flags, startBot } from '../support/bot.ts'
import { reapAll, startProcess } from '../support/children.ts'
import { pidOf, residentOf } from '../support/proc.ts'
import { startTelegram } from '../support/telegram.ts'

/** Memory of an idle bot with the built-in checks of this machine. */
export const memory: Row = {
  name: 'memory',
  async measure({ quick }) {
    const ours: number[] = []
    const grammy: number[] = []
    const bare: number[] = []
    for (let run = 0; run < (quick ? 1 : 3); run++) {
      const telegram = await startTelegram()
      const bot = startBot({ telegram })
      const idle = await startProcess('echo.mjs', {}, flags)
      const nothing = await startProcess('bare.mjs', {}, flags)
      await telegram.until('on duty', 60_000)
      await sleep(quick ? 3_000 : 12_000)
      ours.push(residentOf(pidOf(bot)))
      grammy.push(residentOf(pidOf(idle.child)))
      bare.push(residentOf(pidOf(nothing.child)))
      await reapAll()
    }
    return [
      {
        what: 'resident memory, idle with the defaults',
        unit: 'MiB',
        ours,
        floors: [
          { name: 'Node with grammY loaded, same flags', values: grammy },
          { name: 'bare Node, same flags', values: bare },
        ],
        target: { atMost: 1.4, timesFloor: true },
      },
    ]
  },
}
