import { z } from 'zod'
import { commandLine, duration, line } from './values.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const branchForm = 'expected the name of a branch'

/**
 * What git takes for the name of a branch, without names that look like an option.
 * https://git-scm.com/docs/git-check-ref-format
 */
const branch = z
  .string({ error: branchForm })
  .max(200)
  .refine(
    (name) =>
      // oxlint-disable-next-line no-control-regex -- git refuses just these
      /^(?![-/.@]$|-|\/)[^\0-\x20\x7f~^:?*[\\]+(?<![/.])$/.test(name) &&
      !/\.\.|\/\/|@\{|(?:^|\/)\.|\.lock(?:\/|$)/.test(name),
    branchForm,
  )

const sharedForm = 'expected a path below shared/ without ".." such as .env or public/uploads'

/** A plain relative path: it names a place in shared/ and, at the same path, one in each release. */
const sharedPath = z
  .string({ error: sharedForm })
  .max(500)
  .refine(
    (path) =>
      /^[^\p{Cc}]+$/u.test(path) &&
      path
        .replace(/\/$/, '')
        .split('/')
        .every((part) => part !== '' && part !== '.' && part !== '..'),
    sharedForm,
  )
  .transform((path) => path.replace(/\/$/, ''))

const commands = (limit: number) => z.array(commandLine).max(limit)

const port = z.int().min(1).max(65_535)

const nginx = z.strictObject({
  include: line.describe('File that nginx includes inside its upstream block'),
  test: commandLine.default(['nginx', '-t']).describe('Fails while the file is wrong'),
  reload: commandLine.default(['nginx', '-s', 'reload']).describe('Takes the file into use'),
})

const webhook = z.strictObject({
  secret: z
    .string({ error: 'expected the secret that the sender signs with' })
    .min(8, 'expected at least 8 characters, better 32 by chance')
    .describe('What GitHub or Gitea signs with'),
  auto: z
    .boolean()
    .default(false)
    .describe('true: deploys by itself; else it is offered as a button'),
})

/** How new versions of a service are rolled out. */
export const deploy = z.strictObject({
  repo: line
    .refine((text) => !text.startsWith('-'), 'expected the address or path of a git repository')
    .describe('Address or path of the git repository'),
  branch: branch.default('main').describe('What is deployed unless somebody names another'),
  path: line.describe('Absolute, on the host of the service: releases/, shared/ and current'),
  shared: z
    .array(sharedPath)
    .max(100)
    .default([])
    .describe('Paths below shared/, linked into every release'),
  validate: commands(50).default([]).describe('In a scratch clone first: all must pass'),
  rehearse_on: line.optional().describe('Another host that does the same before'),
  build: commands(50).default([]).describe('In the new release, before it goes live'),
  backup: z.array(line).max(20).default([]).describe('Backups that are taken before'),
  strategy: z
    .enum(['reload', 'blue-green', 'stop-start'])
    .default('reload')
    .describe('How the new version takes the place of the old one'),
  exclusive: z
    .boolean()
    .default(false)
    .describe('Never two copies at once: the old one is proven gone before the new one starts'),
  healthy: z
    .strictObject({
      within: duration(1_000, hour).default(minute).describe('By when it must be healthy'),
      for: duration(0, hour).default(10_000).describe('How long it must stay so'),
    })
    .prefault({})
    .describe('Else the previous release comes back'),
  watch: duration(0, day)
    .default(0)
    .describe('How long errors and latency are compared with before'),
  auto_rollback: z.boolean().default(false).describe('What is seen in watch takes it back'),
  bake: duration(0, 7 * day)
    .default(0)
    .describe('Blue-green: how long the new one is watched before the cut-over'),
  keep: z.int().min(2).max(100).default(5).describe('Releases that stay on disk'),
  retry: z.int().min(1).max(3).default(1).describe('Tries in all, where the cause may pass'),
  timeout: duration(1_000, day)
    .default(15 * minute)
    .describe('Of each command'),
  start: commandLine.optional().describe('Starts it the first time, in the live release'),
  ports: z
    .strictObject({ blue: port, green: port })
    .refine(({ blue, green }) => blue !== green, 'expected two different ports')
    .optional()
    .describe('Blue-green: where the two copies listen'),
  nginx: nginx.optional().describe('Blue-green: what says which copy is asked'),
  webhook: webhook.optional().describe('POST /hooks/SERVICE deploys, or offers it'),
})
