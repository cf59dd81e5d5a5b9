import type { z } from 'zod'
import { meant } from '../nearest.ts'
import { entriesAt, parseWith } from '../parse.ts'
import type { Path, Settings } from '../path.ts'
import { repositoryAt } from '../repository.ts'
import { backup as backupSchema } from '../schema/backups.ts'
import { nameProblem } from '../schema/values.ts'
import type {
  BackupConfig,
  BackupSource,
  CheckConfig,
  ServiceConfig,
  TaskConfig,
} from '../types.ts'
import {
  checkPlaces,
  checkReplicas,
  continuousOf,
  sourceOf,
  sourcePaths,
  stanzaOf,
} from './backup-parts.ts'
import { buildCheck } from './checks.ts'
import type { Building } from './context.ts'
import { formatDuration } from '../units.ts'

export type GivenBackup = z.output<typeof backupSchema>

/** What an entry of `backups` becomes: itself, the check that it is, what is done on a schedule. */
export interface BuiltBackup {
  readonly backup: BackupConfig
  readonly check: CheckConfig
  readonly tasks: readonly TaskConfig[]
}

/** The bot's own state: the one backup that needs no source. */
const self = 'self'
const selfSchedule = '30 3 * * *'
const selfKeep = { daily: 7, weekly: 4, monthly: 12 } as const

/** The entries of `backups`; faulty ones are reported and left out. */
export function buildBackups(
  building: Building,
  services: readonly ServiceConfig[],
  discover: boolean,
): readonly BuiltBackup[] {
  const built = entriesAt(building, ['backups']).flatMap(([name, entry]) => {
    const path = ['backups', name]
    const problem = nameProblem(name) ?? takenProblem(building, name)
    if (problem !== undefined) building.report.add(path, problem, 'key')
    const given = parseWith(building, backupSchema, entry, path)
    if (given === undefined) return []
    const backup = buildBackup(building, name, given, services)
    if (backup === undefined) return []
    checkNamed(building, path, entry, backup, discover)
    const check = checkOf(building, backup, given)
    return check === undefined ? [] : [{ backup, check, tasks: tasksOf(backup) }]
  })
  const all = built.map(({ backup }) => backup)
  checkPlaces(building, all)
  checkReplicas(building, all)
  return built
}

function takenProblem({ services, checks }: Building, name: string): string | undefined {
  const other = services.has(name) ? 'service' : checks.has(name) ? 'check' : undefined
  return other && `a ${other} has this name, and a backup is a check itself, expected another name`
}

function buildBackup(
  building: Building,
  name: string,
  given: GivenBackup,
  services: readonly ServiceConfig[],
): BackupConfig | undefined {
  const path = ['backups', name]
  const source = sourceOf(building, path, given.source, name === self)
  const repository = repositoryAt(given.repository, building)
  if (typeof repository !== 'string')
    building.report.found([...path, 'repository'], repository.problem)
  if (source === undefined || typeof repository !== 'string') return undefined
  const stopped = services.find((one) => 'stop' in source && one.name === source.stop)
  const schedule = given.schedule ?? (name === self ? selfSchedule : undefined)
  const continuous = continuousOf(building, path, given.continuous, { name, source, repository })
  const stanza = stanzaOf(building, path, given.stanza, source)
  const { url } = given.drill
  return {
    name,
    host: given.host ?? stopped?.host ?? 'main',
    source,
    repository,
    password: given.password,
    env: given.env ?? {},
    ...(schedule !== undefined && { schedule }),
    keep: keepOf(building, path, given, name),
    appendOnly: given.append_only,
    ...(given.max_age !== undefined && { maxAge: given.max_age }),
    timeout: given.timeout,
    verify: verifyOf(name, given.verify, schedule),
    drill: {
      ...(given.drill.schedule !== undefined && { schedule: given.drill.schedule }),
      ...(url !== undefined && { url }),
      expect: given.drill.expect.map(expectationOf),
    },
    exclusive: given.exclusive ?? (stopped?.deploy?.exclusive === true || guardsSigner(source)),
    ...(continuous && { continuous }),
    ...(stanza && { stanza }),
  }
}

/**
 * What keeps a validator from signing twice: `slashing_protection.sqlite` of Lighthouse and Nimbus,
 * `slashprotection` of Teku.
 */
const guardsSigner = (source: BackupSource): boolean =>
  sourcePaths(source).some((path) => /slash(?:ing)?[_-]?protection/i.test(path))

function keepOf({ report }: Building, path: Path, given: GivenBackup, name: string) {
  const { keep, append_only: appendOnly } = given
  if (appendOnly && keep !== undefined)
    report.add(
      [...path, 'keep'],
      'an append-only repository refuses to remove anything, expected keep where it can be done',
      'key',
    )
  if (appendOnly) return null
  return keep ?? (name === self ? selfKeep : null)
}

const expectationOf = ({
  query,
  at_least: atLeast,
  at_most: atMost,
  equals,
}: GivenBackup['drill']['expect'][number]) => ({
  query,
  ...(atLeast !== undefined && { atLeast }),
  ...(atMost !== undefined && { atMost }),
  ...(equals !== undefined && { equals }),
})

const usualParts = 10

/** Once a week unless the file says else, each at a minute of its own: they read a lot. */
function verifyOf(
  name: string,
  given: GivenBackup['verify'],
  schedule: string | undefined,
): BackupConfig['verify'] {
  if (given === false || given === 'off') return { parts: usualParts }
  const letters = Array.from(name, (letter) => letter.codePointAt(0) ?? 0)
  const minute = letters.reduce((sum, code) => (sum * 31 + code) % 60, 0)
  const usual = schedule === undefined ? undefined : `${minute} 5 * * 6`
  const at = given?.schedule ?? usual
  return { ...(at !== undefined && { schedule: at }), parts: given?.parts ?? usualParts }
}

/** Names of hosts and services that must be there. */
function checkNamed(
  { report, hosts, services }: Building,
  path: Path,
  entry: Settings,
  { host, source, drill }: BackupConfig,
  discover: boolean,
): void {
  if (!hosts.has(host)) report.add([...path, 'host'], `no host "${host}"${meant(host, hosts)}`)
  const stop = 'stop' in source ? source.stop : undefined
  // A PM2 process that is only discovered at run time may be meant.
  if (stop !== undefined && !discover && !services.has(stop))
    report.add([...path, 'source', 'stop'], `no service "${stop}"${meant(stop, services)}`)
  if (drill.url !== undefined && source.kind !== 'postgres')
    report.add(
      [...path, 'drill', 'url'],
      'only PostgreSQL is restored to a server, expected no url',
      'key',
    )
  if (source.kind === 'self' && 'exclusive' in entry)
    report.add([...path, 'exclusive'], 'the bot itself may run again, expected no exclusive', 'key')
}

/** Runs in a row that fail are told by their jobs at first, and by the check when that goes on. */
const failingFor = '6h'

/** The check that every backup is. */
function checkOf(
  building: Building,
  { name, host, maxAge, continuous }: BackupConfig,
  { notify, runbook, advice }: GivenBackup,
): CheckConfig | undefined {
  const path = ['backups', name]
  const kind = building.kinds.checks.get('backup')
  if (kind === undefined) {
    building.report.add(path, 'backups need the kind "backup", which has no plug-in file', 'key')
    return undefined
  }
  const warning = [
    ...(maxAge === undefined ? [] : [`age > ${formatDuration(maxAge)}`]),
    `failing > ${failingFor}`,
    ...(continuous ? [`lag > ${formatDuration(continuous.maxLag)}`] : []),
  ]
  const watched = {
    warning: warning.join(' or '),
    ...(maxAge !== undefined && { critical: `age > ${formatDuration(3 * maxAge)}` }),
    ...(notify !== undefined && { notify }),
    ...(runbook !== undefined && { runbook }),
    ...(advice !== undefined && { advice }),
  }
  return buildCheck(building, {
    name,
    path,
    kind,
    hosts: [host],
    params: { backup: name },
    watched,
  })
}

/** What is done on a schedule. No name in the file can contain a colon. */
function tasksOf({ name, schedule, verify, drill, timeout }: BackupConfig): readonly TaskConfig[] {
  const schedules = [
    ['backup', schedule],
    ['verify', verify.schedule],
    ['drill', drill.schedule],
  ] as const
  return schedules.flatMap(([kind, at]) =>
    at === undefined
      ? []
      : [
          {
            name: `${kind}:${name}`,
            kind,
            about: { backup: name },
            schedule: at,
            params: {},
            timeout,
          },
        ],
  )
}
