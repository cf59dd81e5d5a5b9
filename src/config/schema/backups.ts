import { z } from 'zod'
import { schedule } from './schedule.ts'
import { when } from './items.ts'
import { duration, environment, line } from './values.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const postgresForm = 'expected an address such as postgres://user:password@host/database'

/** https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS */
const postgresUrl = line.refine((text) => /^postgres(?:ql)?:\/\/\S*$/.test(text), postgresForm)

const source = z
  .strictObject({
    postgres: postgresUrl.optional().describe('Address of a PostgreSQL database'),
    sqlite: line.optional().describe('Path of a SQLite database'),
    paths: z.array(line).min(1).max(100).optional().describe('Files and directories; globs'),
    stop: line.optional().describe('Service that is stopped while sqlite or paths are copied'),
  })
  .refine(
    ({ postgres, sqlite, paths }) =>
      [postgres, sqlite, paths].filter((one) => one !== undefined).length === 1,
    'expected exactly one of postgres, sqlite or paths',
  )
  .refine(({ postgres, stop }) => postgres === undefined || stop === undefined, {
    message: 'PostgreSQL is copied while it runs, expected stop beside sqlite or paths only',
    path: ['stop'],
  })

const count = z.int().min(1).max(100_000)

const keepForm = 'expected how many snapshots stay, such as { daily: 7, weekly: 4 }'

const keep = z
  .strictObject({
    last: count.exactOptional().describe('The newest'),
    hourly: count.exactOptional().describe('One of each hour'),
    daily: count.exactOptional().describe('One of each day'),
    weekly: count.exactOptional().describe('One of each week'),
    monthly: count.exactOptional().describe('One of each month'),
    yearly: count.exactOptional().describe('One of each year'),
  })
  .refine((given) => Object.keys(given).length > 0, keepForm)

const expectation = z
  .strictObject({
    query: z
      .string({ error: 'expected a query, such as SELECT count(*) FROM users' })
      .min(1)
      .max(10_000)
      .describe('Asked of the restored data'),
    at_least: z.number().optional().describe('Least first value of its first row'),
    at_most: z.number().optional().describe('Largest first value of its first row'),
    equals: z.union([z.string(), z.number()]).optional().describe('Exactly that value'),
  })
  .refine(
    ({ at_least: least, at_most: most, equals }) =>
      least !== undefined || most !== undefined || equals !== undefined,
    'expected at_least, at_most or equals beside query',
  )

const drill = z.strictObject({
  schedule: schedule.optional().describe('When it is restored and asked, in a scratch place'),
  url: postgresUrl.optional().describe('PostgreSQL server for that; default: that of the source'),
  expect: z.array(expectation).max(50).default([]).describe('Questions to the restored data'),
})

const off = z.union([z.literal('off'), z.literal(false)])

const verify = z.strictObject({
  schedule: schedule.optional().describe('When a part of the repository is read again'),
  parts: z.int().min(1).max(1_000).default(10).describe('So many runs read all of it'),
})

const continuous = z.strictObject({
  replica: line.optional().describe('Where to: a directory, s3://BUCKET/PATH or sftp://…'),
  retention: duration(hour, 366 * day)
    .default(7 * day)
    .describe('How far back one can go'),
  max_lag: duration(minute, 30 * day)
    .default(5 * minute)
    .describe('A replica that is further behind is a warning'),
})

const stanzaName = z
  .string({ error: 'expected the name of a stanza of pgBackRest' })
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, 'expected the name of a stanza of pgBackRest')

const stanza = z.strictObject({
  name: stanzaName.describe('As pgBackRest calls it'),
  config: line.optional().describe('Its config file; default: its usual one'),
})

/** They would open another repository, or with another key; their files are asked before them. */
const own = /^RESTIC_(?:REPOSITORY|PASSWORD)/
const resticEnvironment = environment.refine(
  (given) => !Object.keys(given).some((name) => own.test(name)),
  'expected one without RESTIC_REPOSITORY and RESTIC_PASSWORD: repository and password are for that',
)

/** The keys of an entry of `backups`. `self` has no source, because it is the bot's own state. */
export const backup = z.strictObject({
  source: source.optional().describe('What it is of'),
  repository: line.describe('Where to: whatever restic accepts'),
  password: z
    .string({ error: 'expected the password of the repository' })
    .min(1, 'expected the password of the repository')
    .max(1_000)
    .describe('Encrypts it; without it nothing can be restored'),
  env: resticEnvironment.optional(),
  host: line.optional().describe('Where it runs; default: where its service does, else main'),
  schedule: schedule.optional().describe('When it runs; without it by hand and before deploys'),
  keep: keep.optional().describe('What stays after a good run; default: everything'),
  append_only: z
    .boolean()
    .default(false)
    .describe('The repository refuses to remove anything, so that keep is not ours'),
  max_age: duration(minute).optional().describe('Older: warning; three times that: critical'),
  timeout: duration(minute, 7 * day)
    .default(6 * hour)
    .describe('Of a whole run'),
  verify: z.union([verify, off]).optional().describe('Reads the repository, part by part'),
  drill: drill.prefault({}).describe('Proves that it can be restored'),
  exclusive: z
    .boolean()
    .optional()
    .describe(
      'May never run twice: validators. Default: that of its service, true for slashing protection',
    ),
  continuous: z
    .union([continuous, z.literal(true), off])
    .optional()
    .describe('SQLite: replicated as it is written, for points in time'),
  stanza: z
    .union([stanzaName.transform((name) => ({ name })), stanza])
    .optional()
    .describe('PostgreSQL: of pgBackRest, for points in time'),
  notify: when.optional().describe('As that of a check'),
  runbook: line.optional().describe('Shown with every alert about it'),
  advice: z.string().min(1).max(1_000).optional().describe('The "do this" line of its alerts'),
})
