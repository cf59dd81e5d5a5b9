import { z } from 'zod'
import { defineCheck } from '../src/contract/check.ts'
import type { Memo, ProbeContext } from '../src/contract/check.ts'
import { OperatorError } from '../src/contract/error.ts'
import type { ProcessFacts } from '../src/contract/host.ts'
import { bytes, count, flag, percent } from '../src/contract/metric.ts'
import { formatSize } from '../src/contract/units.ts'
import { describeProcess } from '../src/probe/top.ts'

const slashed = /^\/(.+)\/(i?)$/s

function isPattern(text: string): boolean {
  const [, source, flags] = slashed.exec(text) ?? []
  if (source === undefined) return true
  try {
    return new RegExp(source, flags).source !== ''
  } catch {
    return false
  }
}

const params = z
  .strictObject({
    name: z.string().min(1).optional().describe('as ps(1) shows it without arguments'),
    command: z
      .string()
      .min(1)
      .refine(isPattern, 'expected a valid regular expression')
      .optional()
      .describe('a part of the command line, or a regular expression between slashes'),
    user: z
      .union([z.string().min(1), z.int().nonnegative()])
      .optional()
      .describe('name or number of its user'),
  })
  .refine(({ name, command }) => name ?? command, 'expected name, command or both')

type Params = z.output<typeof params>

/** The number of a user; asked of the host once, because names are the host's own. */
async function userId(user: string | number, { host, memo, signal }: ProbeContext) {
  if (typeof user === 'number') return user
  const known = memo.get('user')
  if (typeof known === 'number') return known
  const { code, out } = await host.run(['id', '-u', '--', user], { signal })
  if (code !== 0 || !/^\d+\s*$/.test(out))
    throw new OperatorError(`${host.name} has no user ${user}`)
  const id = Number(out)
  memo.set('user', id)
  return id
}

function matcher({ name, command }: Params): (process: ProcessFacts) => boolean {
  const [, source, flags] = slashed.exec(command ?? '') ?? []
  const pattern = source === undefined ? null : new RegExp(source, flags)
  const hasCommand = (line: string): boolean =>
    pattern === null ? line.includes(command ?? '') : pattern.test(line)
  return (process) =>
    (name === undefined || process.name === name) &&
    (command === undefined || hasCommand(process.command))
}

/** Dead processes that nobody has taken note of yet: proc_pid_stat(5). */
const isDead = ({ state }: ProcessFacts): boolean => /[ZXx]/.test(state)

interface Sample {
  readonly at: number
  readonly cpu: ReadonlyMap<number, number>
}

const isSample = (kept: unknown): kept is Sample =>
  typeof kept === 'object' && kept !== null && 'cpu' in kept && kept.cpu instanceof Map

/** Percent of one core since the last run; null where it is not known. */
function cpuSince(memo: Memo, alive: readonly ProcessFacts[], now: number): number | null {
  const last = memo.get('cpu')
  memo.set('cpu', { at: now, cpu: new Map(alive.map(({ pid, cpu }) => [pid, cpu])) })
  if (!isSample(last) || now <= last.at) return null
  const used = alive.reduce(
    (sum, { pid, cpu }) => sum + Math.max(cpu - (last.cpu.get(pid) ?? 0), 0),
    0,
  )
  return Number.isFinite(used) ? (used / (now - last.at)) * 100 : null
}

const saw = (alive: readonly ProcessFacts[], dead: number, memory: number): string => {
  const zombies = dead === 0 ? '' : `, ${dead} dead but not reaped`
  const [first] = alive
  if (first === undefined) return `not running${zombies}`
  const running = alive.length === 1 ? `running as ${first.pid}` : `${alive.length} running`
  return `${running}, ${formatSize(memory)}${zombies}`
}

export default defineCheck({
  kind: 'process',
  summary: 'Whether a process runs, how many of it, and what they use together.',
  params,
  metrics: {
    down: flag('not running'),
    count: count('processes running'),
    memory: bytes('memory used'),
    cpu: percent('CPU used, in % of one core'),
  },
  defaults: { critical: 'down' },
  conditions: ['down'],
  advice: 'Start the process again and read its log for why it ended.',
  probe: async (settings, context) => {
    const user = settings.user === undefined ? null : await userId(settings.user, context)
    const matches = matcher(settings)
    const all = (await context.host.processes()).filter(
      (process) => matches(process) && (user === null || process.user === user),
    )
    const alive = all
      .filter((process) => !isDead(process))
      .toSorted((a, b) => a.started - b.started)
    const memory = alive.reduce((sum, process) => sum + process.memory, 0)
    const cpu = cpuSince(context.memo, alive, context.now)
    const [oldest] = alive
    return [
      {
        subject: '',
        metrics: { down: oldest === undefined, count: alive.length, memory, cpu },
        saw: saw(alive, all.length - alive.length, memory),
        ...(oldest !== undefined && { identity: `${oldest.pid}@${oldest.started}` }),
      },
    ]
  },
  evidence: async (settings, _, { host }) => {
    const lines = (await host.processes())
      .filter(matcher(settings))
      .slice(0, 5)
      .map((process) => `${process.state} ${describeProcess(process)}`)
    return lines.length === 0 ? [] : [{ title: 'Processes', lines }]
  },
  examples: [
    {
      title: 'One is alive, one is a zombie',
      params: { name: 'nginx' },
      facts: {
        processes: [
          {
            pid: 17,
            parent: 1,
            name: 'nginx',
            command: 'nginx: master process /usr/sbin/nginx',
            user: 0,
            state: 'S',
            memory: 8 * 2 ** 20,
            swap: 0,
            cpu: 120,
            started: 1000,
          },
          {
            pid: 18,
            parent: 17,
            name: 'nginx',
            command: '[nginx]',
            user: 33,
            state: 'Z',
            memory: 0,
            swap: 0,
            cpu: 10,
            started: 2000,
          },
        ],
      },
      readings: [
        {
          subject: '',
          metrics: { down: false, count: 1, memory: 8 * 2 ** 20, cpu: null },
          saw: 'running as 17, 8 MiB, 1 dead but not reaped',
          identity: '17@1000',
        },
      ],
    },
    {
      title: 'Not running',
      params: { command: '/server\\.js$/', user: 1000 },
      facts: { processes: [] },
      readings: [
        {
          subject: '',
          metrics: { down: true, count: 0, memory: 0, cpu: null },
          saw: 'not running',
        },
      ],
    },
  ],
})
