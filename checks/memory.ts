import { z } from 'zod'
import { defineCheck } from '../src/contract/check.ts'
import type { OomKill } from '../src/contract/host.ts'
import { bytes, percent } from '../src/contract/metric.ts'
import type { Evidence } from '../src/contract/reading.ts'
import { formatSize } from '../src/contract/units.ts'
import { measured, shareOf, showPercent } from '../src/probe/measure.ts'
import { largest, withLines } from '../src/probe/top.ts'

/** How far back kills are shown, in milliseconds. */
const hour = 3_600_000

const kills = (found: readonly OomKill[]): Evidence => ({
  title: 'Killed by the kernel for want of memory, last hour (UTC)',
  lines: found.slice(0, 5).map(({ at, pid, name }) => {
    const time = at === null ? '' : `${new Date(at).toISOString().slice(11, 19)}  `
    return `${time}${pid} ${name}`
  }),
})

export default defineCheck({
  kind: 'memory',
  summary: 'Memory in use, caches that can be given back not counted.',
  params: z.strictObject({}),
  metrics: {
    used: percent('memory used'),
    available: bytes('memory available'),
  },
  // Databases and runtimes fill 85 % on purpose; from 97 % on the kernel begins to kill.
  defaults: { warning: 'used > 90% for 5m', critical: 'used > 97% for 5m' },
  advice: 'Restart or limit the process that holds the most memory, or add memory or swap.',
  probe: async (_, { host }) => {
    const memory = await host.memory()
    const available = measured(memory.available, 'available memory')
    const used = 100 - shareOf(available, memory.total, 'memory')
    const saw = `${showPercent(used)} of ${formatSize(memory.total)} used, ${formatSize(available)} available`
    return [{ subject: '', metrics: { used, available }, saw }]
  },
  evidence: async (_, __, { host, now }) => {
    const processes = await host.processes()
    const killed = kills(await host.oomKills(now - hour))
    return withLines(
      largest('Most memory', processes, ({ memory }) => memory),
      killed,
    )
  },
  examples: [
    {
      title: 'A machine of 4 GiB with a quarter left',
      params: {},
      facts: {
        memory: {
          total: 4 * 2 ** 30,
          available: 2 ** 30,
          swapTotal: 0,
          swapFree: 0,
        },
      },
      readings: [
        {
          subject: '',
          metrics: { used: 75, available: 2 ** 30 },
          saw: '75% of 4 GiB used, 1 GiB available',
        },
      ],
    },
  ],
})
