import { z } from 'zod'
import { schedule } from './schedule.ts'
import { duration, environment } from './values.ts'

const minute = 60_000
const hour = 60 * minute

/** Keys of everything that is done on a schedule. */
export const task = z.strictObject({
  kind: z.string({ error: 'expected the kind of task, such as clean-files or rolling-restart' }),
  schedule: schedule.describe('Five fields of node-cron, in the time zone of the file'),
  timeout: duration(1_000, 24 * hour)
    .default(10 * minute)
    .describe('Of one run; default 10m'),
  env: environment.optional(),
})

/** Services restarted one after the other. */
export const rollingRestart = z.strictObject({
  services: z
    .union([z.literal('all'), z.array(z.string()).min(1)], {
      error: 'expected all, or a list of services',
    })
    .describe('all, or names under services in the order in which they are restarted'),
  within: duration(1_000, hour).default(minute).describe('By when each must be healthy again'),
  for: duration(0, hour).default(10_000).describe('How long it must stay so'),
  watch: duration(0, hour)
    .default(2 * minute)
    .describe('How long new errors in its log are looked for'),
})

/** Kinds of tasks that are no fix. */
export const taskKinds: ReadonlyMap<
  string,
  { readonly summary: string; readonly params: z.ZodObject }
> = new Map([
  [
    'rolling-restart',
    {
      summary: 'Restarts services one by one, each healthy again before the next.',
      params: rollingRestart,
    },
  ],
])
