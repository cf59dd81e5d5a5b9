import { z } from 'zod'
import { defineCheck } from '../src/contract/check.ts'
import type { ProcessFacts } from '../src/contract/host.ts'
import { number } from '../src/contract/metric.ts'
import type { Evidence } from '../src/contract/reading.ts'
import { measured } from '../src/probe/measure.ts'
import { busiest, describeProcess, withLines } from '../src/probe/top.ts'

/** Blocked processes count towards the load of Linux although they use no CPU: getloadavg(3). */
const blocked = (processes: readonly ProcessFacts[]): Evidence => ({
  title: 'Blocked, most likely waiting for a disk',
  lines: processes
    .filter(({ state }) => state === 'D')
    .slice(0, 5)
    .map(describeProcess),
})

export default defineCheck({
  kind: 'load',
  summary: 'Load averages: how many processes want to run or wait for disks.',
  params: z.strictObject({}),
  metrics: {
    one: number('load over 1 minute'),
    five: number('load over 5 minutes'),
    fifteen: number('load over 15 minutes'),
    per_core: number('load over 1 minute for each core'),
  },
  defaults: { warning: 'per_core > 2 for 10m' },
  advice: 'See what uses the CPU or waits for the disk: stop it, or spread the work over time.',
  probe: async (_, { host }) => {
    const load = await host.load()
    const one = measured(load.one, 'the load average')
    const five = measured(load.five, 'the load average')
    const fifteen = measured(load.fifteen, 'the load average')
    const perCore = one / Math.max(measured(load.cores, 'the number of cores'), 1)
    const saw = `load ${one} ${five} ${fifteen} on ${load.cores} ${load.cores === 1 ? 'core' : 'cores'}`
    return [{ subject: '', metrics: { one, five, fifteen, per_core: perCore }, saw }]
  },
  evidence: async (_, __, context) => {
    const waiting = blocked(await context.host.processes())
    return withLines(await busiest(context), waiting)
  },
  examples: [
    {
      title: 'Four cores with one job each',
      params: {},
      facts: { load: { one: 4, five: 3.5, fifteen: 2.25, cores: 4 } },
      readings: [
        {
          subject: '',
          metrics: { one: 4, five: 3.5, fifteen: 2.25, per_core: 1 },
          saw: 'load 4 3.5 2.25 on 4 cores',
        },
      ],
    },
  ],
})
