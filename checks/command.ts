import { z } from 'zod'
import { defineCheck } from '../src/contract/check.ts'
import { OperatorError } from '../src/contract/error.ts'
import type { Command, RunResult } from '../src/contract/host.ts'
import { flag, number } from '../src/contract/metric.ts'
import type { Metric, Unit, Value } from '../src/contract/metric.ts'
import { metricName, parsePlugin } from '../src/probe/perfdata.ts'
import type { Performance } from '../src/probe/perfdata.ts'
import { showTime } from '../src/probe/measure.ts'

const shown = 20

const params = z.strictObject({
  run: z
    .union([z.string().min(1), z.tuple([z.string().min(1)], z.string())], {
      error: 'expected a command: a list of its words, or one line for the shell',
    })
    .describe('the command: a list is an argv, a text runs under `sh -c`'),
  env: z.record(z.string(), z.string()).default({}).describe('added to its small environment'),
  cwd: z
    .string()
    .startsWith('/', 'expected an absolute path')
    .optional()
    .describe('absolute path of the directory it runs in'),
})

const metrics: Readonly<Record<string, Metric>> = {
  state: number('state of the plug-in, 0 to 2'),
  warning: flag('the plug-in says warning'),
  critical: flag('the plug-in says critical'),
}

const nameOf = (command: Command): string =>
  typeof command === 'string' ? 'the shell command' : command[0].replace(/^.*\//, '')

/** Exit status 0 to 2; everything else means that the plug-in could not tell. */
function stateOf(command: Command, result: RunResult, text: string): number {
  const { code, signal, aborted, missing, took } = result
  const name = nameOf(command)
  const said = text === '' ? '' : `: ${text}`
  if (missing) {
    throw new OperatorError(
      `${name} is not there or may not be run`,
      'Install it, or correct its path in the config.',
    )
  }
  if (aborted) throw new OperatorError(`${name} did not end within ${showTime(took)}`)
  if (code === 0 || code === 1 || code === 2) return code
  if (code === 3) throw new OperatorError(`${name} says unknown${said}`)
  const ended = signal === null ? `with status ${String(code)}` : `by ${signal}`
  throw new OperatorError(`${name} ended ${ended}${said}`, 'Run it by hand to see what it needs.')
}

/** Numbers by name; the kind's own names are never taken by a plug-in, and the first of two wins. */
function numbers(performance: readonly Performance[]) {
  const values: Record<string, Value> = {}
  const units: Record<string, Unit> = {}
  for (const { label, value, unit } of performance) {
    const name = metricName(label)
    if (Object.hasOwn(metrics, name) || Object.hasOwn(values, name)) continue
    values[name] = value
    units[name] = unit
  }
  return { values, units }
}

export default defineCheck({
  kind: 'command',
  summary: 'A command that speaks as the plug-ins of Nagios, Icinga and Monitoring Plugins do.',
  params,
  metrics,
  openMetrics: true,
  defaults: { warning: 'warning', critical: 'critical' },
  advice: 'Read what the plug-in says, and its manual.',
  probe: async ({ run, env, cwd }, { host, memo, signal }) => {
    const result = await host.run(run, {
      signal,
      // Numbers must have a point, not a comma.
      env: { LC_NUMERIC: 'C', ...env },
      ...(cwd !== undefined && { cwd }),
    })
    const { text, lines, performance } = parsePlugin(
      result.out.trim() === '' ? result.err : result.out,
    )
    memo.set('lines', lines)
    const state = stateOf(run, result, text)
    const { values, units } = numbers(performance)
    return [
      {
        subject: '',
        metrics: { ...values, state, warning: state === 1, critical: state === 2 },
        units,
        saw: text === '' ? `ended with status ${state} and said nothing` : text,
      },
    ]
  },
  evidence: async (_, __, { memo }) => {
    const lines = memo.get('lines')
    if (!Array.isArray(lines) || lines.length === 0) return []
    return [
      { title: 'Output', lines: lines.slice(0, shown).map((line) => String(line).slice(0, 200)) },
    ]
  },
  examples: [
    {
      title: 'A plug-in warns and gives numbers',
      params: { run: ['/usr/lib/nagios/plugins/check_ping', '-H', 'example.com'] },
      facts: {
        run: {
          code: 1,
          out: "PING WARNING - Packet loss = 20%, RTA = 120.5 ms|rta=120.5ms;100;500;0 'loss 5m'=20%;10;50;0\n",
        },
      },
      readings: [
        {
          subject: '',
          metrics: { rta: 120.5, loss_5m: 20, state: 1, warning: true, critical: false },
          units: { rta: 'duration', loss_5m: 'percent' },
          saw: 'PING WARNING - Packet loss = 20%, RTA = 120.5 ms',
        },
      ],
    },
    {
      title: 'A plug-in that says nothing',
      params: { run: 'true' },
      facts: { run: { code: 0, out: '' } },
      readings: [
        {
          subject: '',
          metrics: { state: 0, warning: false, critical: false },
          units: {},
          saw: 'ended with status 0 and said nothing',
        },
      ],
    },
  ],
})
