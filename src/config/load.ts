import { dirname, resolve } from 'node:path'
import type { z } from 'zod'
import { buildBackups } from './build/backups.ts'
import { buildChecks } from './build/checks.ts'
import type { Building } from './build/context.ts'
import { buildFixes } from './build/fixes.ts'
import { checkPlaces } from './build/deploys.ts'
import { buildServices } from './build/services.ts'
import { buildTasks } from './build/tasks.ts'
import { defaultChecks } from './defaults.ts'
import type { Env } from './fill.ts'
import type { Issue } from './issue.ts'
import { meant } from './nearest.ts'
import { entriesAt, parseWith } from './parse.ts'
import type { Reading } from './parse.ts'
import { isSettings, valueAt } from './path.ts'
import { defaultChat, operatorsOf, parseAllowedUsers } from './people.ts'
import { emptyReading, openReading } from './reading.ts'
import { file as fileSchema } from './schema/file.ts'
import { notify as notifySchema } from './schema/general.ts'
import { isIdle, nameProblem } from './schema/values.ts'
import { secretsInRepository } from './repository.ts'
import { hideSecrets, secretsInEnv } from './secrets.ts'
import type { BackupConfig, Config, HostConfig, Kinds, OwnSource } from './types.ts'
import type { Operator } from '../contract/operator.ts'

export interface LoadOptions {
  /** null: no file, the built-in defaults. */
  readonly file: string | null
  /** The file's content, not yet decoded; ignored without a file. */
  readonly text: string | Uint8Array
  readonly env: Env
  readonly kinds: Kinds
  /** IANA name of the machine's time zone. */
  readonly machineZone: string
  /** Home directory, for `~`. */
  readonly home: string
  /** Epoch milliseconds: what is dated later has not happened. */
  readonly now: number
  /** Names of the files in locales/, without their ending. */
  readonly languages: readonly string[]
}

export type Loaded =
  | { readonly config: Config; readonly warnings: readonly Issue[] }
  | { readonly issues: readonly Issue[]; readonly warnings: readonly Issue[] }

type Top = z.output<typeof fileSchema>

/** Turns file and environment into a configuration, or into everything that is wrong with them. */
export function loadConfig(options: LoadOptions): Loaded {
  const { file, text, env, home } = options
  const directory = file === null ? '/' : dirname(resolve(file))
  const reading = file === null ? emptyReading() : openReading(file, text, { env, directory, home })
  if ('issues' in reading) return { issues: reading.issues, warnings: [] }
  const top = readTop(reading)
  const people = peopleOf(top, options)
  const config = build(reading, top, people.operators, { ...options, directory })
  // A secret may stand in a wrong place of the file, where nothing but its value tells what it is.
  const hide = (found: readonly Issue[]): readonly Issue[] =>
    found.map((one) => ({ ...one, message: hideSecrets(one.message, config.secrets) }))
  const issues = hide([...reading.report.issues(), ...people.issues])
  const warnings = hide(reading.report.warnings())
  return issues.length > 0 ? { issues, warnings } : { config, warnings }
}

/** The top of the file; where it is wrong that has been reported and the rest is read all the same. */
function readTop(reading: Reading): Top {
  const { value } = reading.filled
  if (value === null) return {}
  if (!isSettings(value)) {
    reading.report.found([], 'expected a map of settings')
    return {}
  }
  // A section with all its lines commented out says nothing.
  const said = Object.entries(value).filter(
    ([key, section]) => section !== null || !Object.hasOwn(fileSchema.shape, key),
  )
  return parseWith(reading, fileSchema, Object.fromEntries(said), []) ?? {}
}

function peopleOf(
  top: Top,
  { env }: LoadOptions,
): { operators: readonly Operator[]; issues: readonly Issue[] } {
  if (top.operators !== undefined) return { operators: operatorsOf(top.operators), issues: [] }
  const parsed = parseAllowedUsers(env['ALLOWED_USERS'] ?? '')
  if ('operators' in parsed) return { operators: parsed.operators, issues: [] }
  return {
    operators: [],
    issues: [{ file: 'ALLOWED_USERS', line: 0, col: 0, message: parsed.problem }],
  }
}

function build(
  reading: Reading,
  top: Top,
  operators: readonly Operator[],
  options: LoadOptions & { readonly directory: string },
): Config {
  const hosts = hostsOf(reading, top)
  const building = buildingOf(reading, options)
  const defaults = top.defaults ?? true
  const kinds = new Set(entriesAt(reading, ['checks']).map(([, entry]) => String(entry['kind'])))
  const discover = defaults && !kinds.has('pm2')
  const services = buildServices(building)
  const listed = buildChecks(building, discover)
  const fixes = buildFixes(building, discover)
  checkPlaces(
    building,
    services.map(({ service }) => service),
  )
  const backups = buildBackups(
    building,
    services.map(({ service }) => service),
    discover,
  )
  const taken = new Set([...building.services, ...building.checks, ...building.backups])
  checkGeneral(reading, top, options)
  return {
    file: options.file,
    timezone: top.timezone ?? options.machineZone,
    language: top.language ?? 'en',
    defaults,
    operators,
    notify: notifyOf(top.notify ?? notifySchema.parse({}), operators),
    hosts,
    services: services.map(({ service }) => service),
    checks: [
      ...(defaults ? defaultChecks(building, [...kinds], taken) : []),
      ...listed,
      ...backups.map(({ check }) => check),
    ],
    fixes: [...fixes, ...services.flatMap(({ fix }) => fix ?? [])],
    tasks: [...buildTasks(building, discover), ...backups.flatMap(({ tasks }) => tasks)],
    backups: backups.map(({ backup }) => backup),
    discover,
    secretAges: Object.entries(top.secrets ?? {}).map(([name, age]) => ({ name, ...age })),
    secrets: [
      ...new Set([
        ...reading.filled.secrets,
        ...secretsInEnv(options.env),
        ...backups.flatMap(({ backup }) => secretsOfBackup(backup)),
      ]),
    ],
  }
}

const secretsOfBackup = ({ repository, env }: BackupConfig): readonly string[] => [
  ...secretsInRepository(repository),
  ...secretsInEnv(env),
]

/** No place on earth is further ahead of UTC than 14 hours: data of iana.org/time-zones. */
const mostAhead = 14 * 3_600_000

/** Names as the file has them, whatever stands behind them. */
function namesAt({ filled }: Reading, section: string): readonly string[] {
  const value = valueAt(filled.value, [section])
  return isSettings(value) ? Object.keys(value) : []
}

function buildingOf(
  reading: Reading,
  { kinds, directory, home, env, file }: LoadOptions & { readonly directory: string },
): Building {
  return {
    ...reading,
    kinds,
    hosts: new Set(['main', ...namesAt(reading, 'hosts')]),
    fixes: new Set(namesAt(reading, 'fixes')),
    services: new Set(namesAt(reading, 'services')),
    checks: new Set(namesAt(reading, 'checks')),
    backups: new Set(namesAt(reading, 'backups')),
    directory,
    home,
    own: ownState(env, file),
  }
}

/** As the daemon finds its own files: relative to where it was started. */
const ownState = (env: Env, file: string | null): OwnSource => ({
  kind: 'self',
  database: resolve(env['MECHANIC_HOME'] || './var', 'mechanic.db'),
  config: file === null ? null : resolve(file),
  env: resolve('.env'),
})

/** This machine, and what the file says about it. */
function hostsOf(reading: Reading, top: Top): readonly HostConfig[] {
  const { report } = reading
  for (const [name, entry] of entriesAt(reading, ['hosts'])) {
    const problem = nameProblem(name)
    if (problem !== undefined) report.add(['hosts', name], problem, 'key')
    else if (name !== 'main' && isIdle(entry['ssh']))
      report.add(['hosts', name], 'only main is this machine, expected ssh for any other', 'key')
  }
  const role = top.hosts?.['main']?.role
  return [{ name: 'main', local: true, ...(role !== undefined && { role }) }]
}

/** What schemas cannot know: which languages there are, who is listed twice, what day it is. */
function checkGeneral({ report }: Reading, top: Top, { languages, now }: LoadOptions): void {
  const { language } = top
  if (language !== undefined && !languages.includes(language))
    report.found(['language'], `expected a file in locales/${meant(language, languages)}`)
  const seen = new Set<number>()
  for (const [index, { id }] of (top.operators ?? []).entries()) {
    if (seen.has(id)) report.found(['operators', index, 'id'], 'expected each operator once')
    seen.add(id)
  }
  for (const [name, { rotated }] of Object.entries(top.secrets ?? {}))
    if (Date.parse(rotated) > now + mostAhead)
      report.found(['secrets', name, 'rotated'], 'this day has not come yet, expected a past one')
}

function notifyOf(
  notify: NonNullable<Top['notify']>,
  operators: readonly Operator[],
): Config['notify'] {
  const { chat, quiet_hours: quiet, heartbeat, ping_out: pingOut } = notify
  return {
    chat: chat ?? defaultChat(operators),
    ...(typeof quiet === 'object' && { quietHours: quiet }),
    heartbeat: typeof heartbeat === 'object' ? heartbeat : { schedule: '0 9 * * *', send: 'never' },
    ...(pingOut && { pingOut }),
  }
}
