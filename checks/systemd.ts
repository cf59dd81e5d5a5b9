import { z } from 'zod'
import { defineCheck } from '../src/contract/check.ts'
import { OperatorError } from '../src/contract/error.ts'
import { flag } from '../src/contract/metric.ts'
import type { ProbeContext } from '../src/contract/check.ts'
import type { Evidence, Reading } from '../src/contract/reading.ts'

type Metrics = 'down' | 'failed' | 'inactive'

/** systemd.unit(5): what a name is made of; never an option. */
const unit = z
  .string()
  .regex(/^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]{0,254}$/, 'expected the name of a unit')

const params = z.strictObject({
  unit: z
    .union([unit, z.array(unit).min(1)])
    .optional()
    .describe('these must be active; without it no unit may have failed'),
})

/** Runs for which a unit that had failed is still reported, so that its recovery is seen. */
const remembered = 10

async function systemctl(
  words: readonly string[],
  { host, signal }: ProbeContext,
): Promise<string> {
  const result = await host.run(['systemctl', ...words], { signal, env: { LC_ALL: 'C' } })
  if (result.code === 0) return result.out
  const seen = result.missing ? 'there is no systemctl' : (result.err.trim().split('\n')[0] ?? '')
  throw new OperatorError(
    `The units on ${host.name} cannot be seen: ${result.aborted ? 'no answer in time' : seen}`,
  )
}

/** The lines of `list-units --plain --no-legend`: UNIT LOAD ACTIVE SUB DESCRIPTION. */
export function parseFailed(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const [name, , active] = line.replace(/^[●*\s]+/, '').split(/\s+/)
    return name && active === 'failed' ? [name] : []
  })
}

/** The blocks of `show`, one a unit, in the order asked for. */
export function parseStates(names: readonly string[], text: string): readonly Reading<Metrics>[] {
  const blocks = text.split(/\n\s*\n/).filter((block) => block.trim() !== '')
  return names.map((subject, index) => {
    const lines = (blocks[index] ?? '').split('\n')
    const get = (key: string) =>
      lines.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1)
    const [load = '', active = '', sub = '', result = ''] = [
      'LoadState',
      'ActiveState',
      'SubState',
      'Result',
    ].map(get)
    const lost =
      load === 'not-found' || active === 'failed' || (active === 'inactive' && result !== 'success')
    return {
      subject,
      metrics: {
        down: lost,
        failed: active === 'failed',
        inactive: lost || active === 'inactive',
      },
      saw:
        load === 'loaded' ? `${active} (${sub})${result === 'success' ? '' : `, ${result}`}` : load,
      ...(Number(get('MainPID')) > 0 && { identity: get('MainPID') ?? '' }),
    }
  })
}

const failedReading = (subject: string, failed: boolean): Reading<Metrics> => ({
  subject,
  metrics: { down: failed, failed },
  saw: failed ? 'failed' : 'has not failed',
})

/** All failed units, and those that lately were. */
async function failedUnits(context: ProbeContext): Promise<readonly Reading<Metrics>[]> {
  const { host, memo } = context
  if ((await host.files.look('/run/systemd/system')) === null) return []
  const words = ['list-units', '--failed', '--plain', '--no-legend', '--no-pager']
  const now = parseFailed(await systemctl(words, context))
  for (const [name, runs] of memo)
    if (typeof runs === 'number' && runs > 1) memo.set(name, runs - 1)
    else memo.delete(name)
  const before = [...memo.keys()].filter((name) => !now.includes(name))
  for (const name of now) memo.set(name, remembered)
  const all = [
    ...now.map((name) => failedReading(name, true)),
    ...before.map((name) => failedReading(name, false)),
  ]
  return all.length > 0 ? all : [failedReading('', false)]
}

export default defineCheck({
  kind: 'systemd',
  summary: 'Units of systemd: none has failed, or those named are active.',
  params,
  metrics: {
    down: flag('failed, or not there at all'),
    failed: flag('systemd calls it failed'),
    inactive: flag('does not run, even if somebody stopped it'),
  },
  defaults: { warning: 'down' },
  advice:
    'See `systemctl status { $subject }` and `journalctl -u { $subject }` on { $host }; after the repair `systemctl restart { $subject }`.',
  probe: async ({ unit: named }, context) => {
    if (named === undefined) return failedUnits(context)
    const names = typeof named === 'string' ? [named] : named
    const asked = '--property=LoadState,ActiveState,SubState,Result,MainPID'
    return parseStates(
      names,
      await systemctl(['show', '--no-pager', asked, '--', ...names], context),
    )
  },
  evidence: async (_, { subject }, { host, signal }): Promise<readonly Evidence[]> => {
    if (subject === '') return []
    const command = [
      'journalctl',
      '-u',
      subject,
      '-n',
      '20',
      '--no-pager',
      '-o',
      'short-iso',
    ] as const
    const { code, out } = await host.run(command, { signal })
    const lines = out.split('\n').filter((line) => line !== '' && !/^-- .* --$/.test(line))
    return code === 0 && lines.length > 0 ? [{ title: 'Journal', lines }] : []
  },
  examples: [
    {
      title: 'one unit that failed',
      params: {},
      facts: {
        look: {
          path: '/run/systemd/system',
          kind: 'directory',
          size: 0,
          frees: 0,
          modified: 0,
          device: 1,
        },
        run: 'bad.service   loaded failed failed A bad service\n',
      },
      readings: [failedReading('bad.service', true)],
    },
  ],
})
