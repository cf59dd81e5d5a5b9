import { z } from 'zod'
import type { ProbeContext } from '../src/contract/check.ts'
import { defineCheck } from '../src/contract/check.ts'
import { OperatorError } from '../src/contract/error.ts'
import { count, flag } from '../src/contract/metric.ts'
import type { Reading } from '../src/contract/reading.ts'
import { difference, savedList, startedAtBoot } from '../src/probe/startup.ts'

type Metrics = 'lost' | 'unsaved' | 'leftover' | 'unhooked'

const params = z.strictObject({
  home: z
    .string()
    .startsWith('/', 'expected the absolute path of a PM2 home')
    .optional()
    .describe("PM2_HOME; without it the bot's own"),
  bot: z
    .string()
    .default('mechanic')
    .describe('what PM2 calls the bot; empty where something else starts it'),
})

/** Enough to recognise them, on a line that still fits. */
const named = (names: readonly string[]): string =>
  names.length > 4
    ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
    : names.join(', ')

interface Seen {
  readonly unsaved: readonly string[]
  readonly leftover: readonly string[]
  /** What starts PM2 at boot. */
  readonly hook: string | null
}

const reading = ({ unsaved, leftover, hook }: Seen): Reading<Metrics> => {
  const wrong = [
    ...(hook === null ? ['nothing starts PM2 at boot: run `pm2 startup`'] : []),
    ...(unsaved.length > 0 ? [`not saved: ${named(unsaved)}: run \`pm2 save\``] : []),
    ...(leftover.length > 0 ? [`saved, but runs no more: ${named(leftover)}`] : []),
  ]
  return {
    subject: '',
    metrics: {
      lost: hook === null || unsaved.length > 0,
      unsaved: unsaved.length,
      leftover: leftover.length,
      unhooked: hook === null,
    },
    saw: (wrong.length > 0 ? wrong.join('; ') : 'everything comes back').slice(0, 300),
  }
}

async function probe(
  { home, bot }: z.output<typeof params>,
  { host, services, signal }: ProbeContext,
): Promise<readonly Reading<Metrics>[]> {
  if (!services.pm2) throw new OperatorError('No PM2 can be asked here')
  const saved = await savedList(host, home, signal)
  const running = (await services.pm2(home, signal)).map(({ name }) => name)
  if (!saved.daemon && running.length === 0 && saved.names === null) return []
  const wanted = bot === '' || running.includes(bot) ? running : [...running, bot]
  const hook = await startedAtBoot(host, saved.home, signal)
  return [reading({ ...difference(wanted, saved.names ?? []), hook })]
}

const dump = (...names: readonly string[]): string =>
  `/home/asha/.pm2\ndaemon\n${JSON.stringify(names.map((name) => ({ name })))}`
const unit =
  '/etc/systemd/system/multi-user.target.wants/pm2-asha.service:Environment=PM2_HOME=/home/asha/.pm2\n'

export default defineCheck({
  kind: 'startup',
  summary: 'Whether the bot and all that PM2 runs would come back after a reboot.',
  params,
  metrics: {
    lost: flag('something would not come back'),
    unsaved: count('processes that run but are not in the list PM2 saved'),
    leftover: count('processes in the saved list that run no more'),
    unhooked: flag('nothing starts PM2 at boot'),
  },
  // Who has just started something is about to save it.
  defaults: { warning: 'lost for 10m', info: 'leftover > 0 for 10m', every: '1h', recover: 1 },
  advice:
    'On { $host }, `pm2 save` keeps what runs now; `pm2 startup` shows the line that starts PM2 at boot.',
  probe,
  examples: [
    {
      title: 'Everything comes back',
      params: {},
      facts: {
        pm2: [{ name: 'web' }, { name: 'worker' }],
        run: [
          { match: 'dump.pm2', out: dump('web', 'worker', 'mechanic') },
          { match: 'PM2_HOME=/home/asha/.pm2', out: unit },
        ],
      },
      readings: [reading({ unsaved: [], leftover: [], hook: unit })],
    },
    {
      title: 'A process that nobody saved, and nothing that starts PM2',
      params: { bot: '' },
      facts: {
        pm2: [{ name: 'web' }, { name: 'worker' }],
        run: [
          { match: 'dump.pm2', out: dump('web') },
          { match: 'grep', code: 1 },
          { match: 'crontab', code: 1 },
        ],
      },
      readings: [reading({ unsaved: ['worker'], leftover: [], hook: null })],
    },
  ],
})
