import { z } from 'zod'
import { defineCheck } from '../src/contract/check.ts'
import { OperatorError } from '../src/contract/error.ts'
import { bytes, count, flag, percent } from '../src/contract/metric.ts'
import type { ProbeContext } from '../src/contract/check.ts'
import type { Reading } from '../src/contract/reading.ts'
import type { Pm2Process } from '../src/contract/service.ts'

type Metrics = 'down' | 'crashes' | 'looping' | 'restarts' | 'memory' | 'cpu'

const home = z.string().startsWith('/', 'expected the absolute path of a PM2 home')

const params = z.strictObject({
  home: z
    .union([home, z.array(home).min(1)])
    .optional()
    .describe("one PM2_HOME or several; without it the bot's own"),
  name: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .optional()
    .describe('only processes of these names; without it all but the bot'),
})

const listed = <T>(value: T | readonly T[] | undefined): readonly T[] => {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value as T]
}

async function processes(
  { home: named }: z.output<typeof params>,
  { services, signal }: ProbeContext,
): Promise<readonly { readonly subject: string; readonly process: Pm2Process }[]> {
  if (!services.pm2) throw new OperatorError('No PM2 can be asked here')
  const homes = named === undefined ? [undefined] : [...new Set(listed(named))]
  const found = []
  for (const one of homes)
    for (const process of await services.pm2(one, signal)) {
      const { name, instance } = process
      const subject = [name, instance.label, homes.length > 1 ? `in ${one}` : '']
      found.push({ subject: subject.filter((part) => part !== '').join(' '), process })
    }
  return found
}

const reading = (subject: string, { instance, restarts }: Pm2Process): Reading<Metrics> => ({
  subject,
  metrics: {
    down: instance.state === 'down' || instance.state === 'missing',
    crashes: instance.crashes,
    looping: instance.looping,
    restarts,
    ...(instance.memory !== undefined && { memory: instance.memory }),
    ...(instance.cpu !== undefined && { cpu: instance.cpu }),
  },
  saw: instance.saw,
  ...(instance.pid !== null && { identity: String(instance.pid) }),
  ...(instance.witnessed === false && { witnessed: false }),
})

const running: Pm2Process = {
  name: 'web',
  restarts: 4,
  instance: {
    label: '',
    state: 'up',
    pid: 4711,
    since: 0,
    crashes: 1,
    looping: false,
    memory: 60_000_000,
    cpu: 2.5,
    saw: 'up for 3h',
  },
  logs: () => Promise.resolve([]),
}

export default defineCheck({
  kind: 'pm2',
  summary: 'Every process of a PM2: whether it runs, how often it crashed, memory and CPU.',
  params,
  metrics: {
    down: flag('does not run although nobody stopped it'),
    crashes: count('deaths nobody ordered in the last hour'),
    looping: flag('three starts in a row lived under 10 s'),
    restarts: count("PM2's own count of restarts, ordered ones included"),
    memory: bytes('resident memory'),
    cpu: percent('CPU of one core'),
  },
  defaults: { warning: 'down' },
  advice: 'See `pm2 logs { $subject }` on { $host }, then `pm2 restart { $subject }`.',
  probe: async (settings, context) => {
    const wanted = listed(settings.name)
    const all = await processes(settings, context)
    const missing = wanted.filter((name) => !all.some(({ process }) => process.name === name))
    return [
      ...all
        .filter(({ process }) => wanted.length === 0 || wanted.includes(process.name))
        .map(({ subject, process }) => reading(subject, process)),
      ...missing.map((name) => ({
        subject: name,
        metrics: { down: true },
        saw: 'PM2 does not know it',
      })),
    ]
  },
  evidence: async (settings, { subject }, context) => {
    const found = (await processes(settings, context)).find((one) => one.subject === subject)
    if (!found) return []
    const { ends = [] } = found.process.instance
    const lines = await found.process.logs(20, true)
    return [
      ...(ends.length > 0 ? [{ title: 'Last ends', lines: ends }] : []),
      ...(lines.length > 0 ? [{ title: 'Last errors', lines }] : []),
    ]
  },
  examples: [
    {
      title: 'a process that runs',
      params: {},
      facts: { pm2: [running] },
      readings: [reading('web', running)],
    },
  ],
})
