import { z } from 'zod'
import { defineCheck } from '../src/contract/check.ts'
import { bytes, percent } from '../src/contract/metric.ts'
import { formatSize } from '../src/contract/units.ts'
import { measured, shareOf, showPercent } from '../src/probe/measure.ts'
import { largest, withLines } from '../src/probe/top.ts'

export default defineCheck({
  kind: 'swap',
  summary: 'Swap space in use; a machine without swap is not measured.',
  params: z.strictObject({}),
  metrics: {
    used: percent('swap used'),
    free: bytes('swap free'),
  },
  // Linux leaves idle pages in swap for good, so that half of it used is nothing unusual on a healthy
  // machine. Nearly full means that the next shortage ends with a kill.
  defaults: { warning: 'used > 90% for 10m' },
  advice: 'Restart the process that has the most in swap, or add memory.',
  probe: async (_, { host }) => {
    const { swapTotal, swapFree } = await host.memory()
    if (measured(swapTotal, 'swap') === 0) return []
    const free = measured(swapFree, 'free swap')
    const used = 100 - shareOf(free, swapTotal, 'swap')
    const saw = `${showPercent(used)} of ${formatSize(swapTotal)} used`
    return [{ subject: '', metrics: { used, free }, saw }]
  },
  evidence: async (_, __, { host }) =>
    withLines(largest('Most in swap', await host.processes(), ({ swap }) => swap)),
  examples: [
    {
      title: 'Half of the swap space is used',
      params: {},
      facts: {
        memory: { total: 2 ** 30, available: 2 ** 29, swapTotal: 2 ** 30, swapFree: 2 ** 29 },
      },
      readings: [{ subject: '', metrics: { used: 50, free: 2 ** 29 }, saw: '50% of 1 GiB used' }],
    },
    {
      title: 'No swap space: nothing to measure',
      params: {},
      facts: { memory: { total: 2 ** 30, available: 2 ** 29, swapTotal: 0, swapFree: 0 } },
      readings: [],
    },
  ],
})
