import { z } from 'zod'
import { deploy } from './deploy.ts'
import {
  commandLine,
  duration,
  environment,
  isIdle,
  labels,
  later,
  line,
  severity,
} from './values.ts'

const hour = 3_600_000
const day = 24 * hour

const whenTold = z.enum(['if-unfixed', 'at-once', 'never'])

/** When somebody is told: at all levels alike, or by level. */
export const when = z.union([
  whenTold,
  z.strictObject({ info: whenTold, warning: whenTold, critical: whenTold }).partial(),
])

const condition = (level: string) =>
  z
    .string({ error: 'expected a condition in quotes, such as "> 85%" or "down for 5m"' })
    .optional()
    .describe(`${level}: [METRIC] [OP VALUE[UNIT]] [for DURATION], several joined by "or"`)

/** Keys of everything that is checked: the entries of `checks`, and of `services`. */
const watched = {
  every: duration(100, 366 * day)
    .optional()
    .describe('Between two runs; default 60s'),
  timeout: duration(10, day).optional().describe('Of one run; default 10s'),
  info: condition('Stands in summaries only'),
  warning: condition('Told without sound, held in quiet hours'),
  critical: condition('Told with sound at any hour'),
  severity: severity
    .optional()
    .describe('Level of a condition without a threshold of its own; default warning'),
  failures: z
    .int()
    .min(1)
    .max(1_000)
    .optional()
    .describe('Consecutive bad runs before it counts; default 1, or the kind’s; 1 with "for"'),
  recover: z
    .union([z.int().min(1).max(1_000), z.string()], {
      error: 'expected a number of good runs such as 3, or a condition such as "< 80%"',
    })
    .optional()
    .describe('When it ends: a number of good runs (default 2) or a condition'),
  fix: z
    .string({ error: 'expected the name of a fix' })
    .optional()
    .describe('What repairs it: a name under fixes'),
  notify: when
    .optional()
    .describe('if-unfixed (default), at-once or never; or one of them per level'),
  runbook: line.optional().describe('Shown with every alert about it'),
  advice: z
    .string()
    .min(1)
    .max(1_000)
    .optional()
    .describe('The "do this" line; default: the kind’s'),
  labels: labels.optional(),
  env: environment.optional(),
  depends_on: later('Checks whose failure explains this one'),
}

export const check = z.strictObject({
  kind: z.string({ error: 'expected the kind of check, such as disk or http' }),
  hosts: z
    .union([z.string().transform((name) => [name]), z.array(z.string()).min(1)], {
      error: 'expected a host or a list of hosts',
    })
    .optional()
    .describe('Where it runs; default main, this machine'),
  ...watched,
})

const managers = {
  pm2: line.optional().describe('Name of the process in PM2'),
  home: line.optional().describe('PM2_HOME of that PM2; ~ is your home directory'),
  systemd: z
    .string()
    .regex(/^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]{0,254}$/, 'expected the name of a systemd unit')
    .optional()
    .describe('Name of the unit'),
  command: z
    .strictObject({
      start: commandLine.optional(),
      stop: commandLine.optional(),
      status: commandLine.optional().describe('Tells whether it runs'),
    })
    .optional()
    .describe('Commands of your own'),
  docker: later('A container'),
}

const built = ['pm2', 'systemd', 'command'] as const

export const manager = z
  .strictObject(managers)
  .refine((value) => {
    const named = built.filter((kind) => value[kind] !== undefined).length
    return named === 1 || (named === 0 && !isIdle(value.docker))
  }, 'expected exactly one of pm2, systemd or command')
  .refine((value) => value.home === undefined || value.pm2 !== undefined, {
    message: 'expected home beside pm2 only',
    path: ['home'],
  })

export const service = z.strictObject({
  manager,
  host: z.string().optional().describe('Where it runs; default main, this machine'),
  restart: z
    .enum(['auto', 'ask'])
    .default('ask')
    .describe('auto: the bot restarts it when it is down; ask: only an operator does'),
  ...watched,
  deploy: deploy.nullish().describe('How new versions are rolled out'),
})

export const fix = z.strictObject({
  kind: z.string({ error: 'expected the kind of fix, such as clean-files or restart' }),
  attempts: z.int().min(1).max(100).default(3).describe('Unverified tries within one incident'),
  backoff: duration(0, day).default(10_000).describe('Before the second try; doubles; default 10s'),
  cooldown: duration(0, 30 * day)
    .default(10 * 60_000)
    .describe('Begins when the tries are exhausted; default 10m'),
  max_per_hour: z.int().min(1).max(1_000).default(20).describe('Runs an hour, over all incidents'),
  timeout: duration(100, day).default(60_000).describe('Of one run; default 60s'),
  approve: z
    .boolean()
    .optional()
    .describe('true: asks an operator first; default: only destructive kinds do'),
  verify: z
    .strictObject({
      within: duration(0, day).optional().describe('By when the check must be good again'),
      every: duration(100, day).optional().describe('Between two looks'),
      hold: duration(0, day).optional().describe('How long it must stay good'),
    })
    .default({})
    .describe('How the check that complained is run again'),
  env: environment.optional(),
  confirm: later('Confirmation by one-time password'),
})
