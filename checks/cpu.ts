import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { defineCheck } from '../src/contract/check.ts'
import type { CpuTimes } from '../src/contract/host.ts'
import { percent } from '../src/contract/metric.ts'
import { measured, shareOf, showPercent } from '../src/probe/measure.ts'
import { busiest, withLines } from '../src/probe/top.ts'

/** Between the two looks of the first run, which has nothing to compare with, in milliseconds. */
const firstInterval = 250

const isTimes = (kept: unknown): kept is CpuTimes =>
  typeof kept === 'object' && kept !== null && 'busy' in kept && 'total' in kept

/** What happened between two looks; all null when the counters stood still or began anew. */
function between(from: CpuTimes, to: CpuTimes) {
  const total = measured(to.total, 'CPU time') - measured(from.total, 'CPU time')
  const busy = measured(to.busy, 'CPU time') - measured(from.busy, 'CPU time')
  if (total <= 0 || busy < 0) return { used: null, iowait: null, steal: null }
  const part = (now: number | undefined, then: number | undefined): number | null =>
    now === undefined || then === undefined ? null : shareOf(now - then, total, 'CPU time')
  return {
    used: shareOf(busy, total, 'CPU time'),
    iowait: part(to.iowait, from.iowait),
    steal: part(to.steal, from.steal),
  }
}

const show = (cores: number): string =>
  `${Number(cores.toFixed(2))} ${cores === 1 ? 'core' : 'cores'}`

export default defineCheck({
  kind: 'cpu',
  summary: 'How busy the processors are, over the time since the last run.',
  params: z.strictObject({}),
  metrics: {
    used: percent('CPU time used'),
    iowait: percent('CPU time spent waiting for disks'),
    steal: percent('CPU time taken by the hypervisor'),
  },
  // A build or a backup may well fill all cores for some minutes; ten are unusual.
  defaults: { warning: 'used > 90% for 10m' },
  advice: 'See which process uses the CPU: stop it, restart it, or give the machine more cores.',
  probe: async (_, { host, memo, signal }) => {
    const kept = memo.get('cpu')
    const last = isTimes(kept) ? kept : await host.cpu()
    if (last !== kept) await setTimeout(firstInterval, undefined, { signal })
    const now = await host.cpu()
    const metrics = between(last, now)
    memo.set('cpu', now)
    const saw =
      metrics.used === null
        ? 'no CPU time has passed since the last run'
        : `${showPercent(metrics.used)} of ${show(now.cores)} used`
    return [{ subject: '', metrics, saw }]
  },
  evidence: async (_, __, context) => withLines(await busiest(context)),
  examples: [
    {
      title: 'Two busy cores of four',
      params: {},
      facts: {
        cpu: [
          { busy: 1000, total: 4000, cores: 4, iowait: 100, steal: 0 },
          { busy: 1050, total: 4100, cores: 4, iowait: 105, steal: 1 },
        ],
      },
      readings: [
        {
          subject: '',
          metrics: { used: 50, iowait: 5, steal: 1 },
          saw: '50% of 4 cores used',
        },
      ],
    },
  ],
})
