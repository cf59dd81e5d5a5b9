import { dirname, posix } from 'node:path'
import type { Path } from '../path.ts'
import { isDirectory, isPath, replicaAt, replicaBeside, wholePath } from '../repository.ts'
import type { BackupConfig, BackupSource, ContinuousConfig, StanzaConfig } from '../types.ts'
import type { GivenBackup } from './backups.ts'
import type { Building } from './context.ts'

/** What a backup is of; undefined where that is wrong, which has been reported. */
export function sourceOf(
  building: Building,
  path: Path,
  given: GivenBackup['source'],
  self: boolean,
): BackupSource | undefined {
  const { report } = building
  const at = [...path, 'source']
  if (self) {
    if (given !== undefined)
      report.add(at, 'self is the state of the bot, expected no source, or another name', 'key')
    return building.own
  }
  if (given === undefined) {
    report.add(at, 'missing, expected postgres, sqlite or paths', 'key')
    return undefined
  }
  const { postgres, sqlite, paths, stop } = given
  if (postgres !== undefined) return { kind: 'postgres', url: postgres }
  const stopped = stop === undefined ? {} : { stop }
  if (sqlite !== undefined)
    return { kind: 'sqlite', path: placeOf(building, [...at, 'sqlite'], sqlite), ...stopped }
  const all = (paths ?? []).map((one, index) => placeOf(building, [...at, 'paths', index], one))
  return { kind: 'paths', paths: all, ...stopped }
}

function placeOf(building: Building, at: Path, text: string): string {
  if (!isPath(text))
    building.report.found(at, 'expected an absolute path, or one that begins with ~/ or ./')
  return wholePath(text, building)
}

const usual = { retention: 7 * 86_400_000, max_lag: 5 * 60_000 }

/** How a database is replicated as it is written. The bot's own is wherever there is a place for it. */
export function continuousOf(
  building: Building,
  path: Path,
  given: GivenBackup['continuous'],
  { name, source, repository }: Pick<BackupConfig, 'name' | 'source' | 'repository'>,
): ContinuousConfig | undefined {
  const { report } = building
  const at = [...path, 'continuous']
  const asked = given ?? source.kind === 'self'
  if (asked === false || asked === 'off') return undefined
  if (source.kind !== 'sqlite' && source.kind !== 'self') {
    report.add(at, 'Litestream replicates SQLite alone, expected a source sqlite', 'key')
    return undefined
  }
  const {
    retention,
    max_lag: maxLag,
    replica,
  } = asked === true ? { ...usual, replica: undefined } : asked
  const limits = { retention, maxLag }
  if (replica !== undefined) return named({ building, at: [...at, 'replica'], limits }, replica)
  const beside = replicaBeside(repository, name)
  if (beside === null && given !== undefined)
    report.add(at, 'no replica can be kept in this repository, expected replica: ADDRESS', 'key')
  return beside === null ? undefined : { replica: beside, ...limits }
}

interface Naming {
  readonly building: Building
  readonly at: Path
  readonly limits: Omit<ContinuousConfig, 'replica'>
}

function named({ building, at, limits }: Naming, text: string): ContinuousConfig | undefined {
  const replica = replicaAt(text, building)
  if (typeof replica === 'string') return { replica, ...limits }
  building.report.found(at, replica.problem)
  return undefined
}

/** pgBackRest's stanza, whose config file may be named. */
export function stanzaOf(
  building: Building,
  path: Path,
  given: GivenBackup['stanza'],
  source: BackupSource,
): StanzaConfig | undefined {
  if (given === undefined) return undefined
  const at = [...path, 'stanza']
  if (source.kind !== 'postgres') {
    building.report.add(at, 'pgBackRest is for PostgreSQL, expected a source postgres', 'key')
    return undefined
  }
  const { name } = given
  const file = 'config' in given ? given.config : undefined
  return { name, ...(file !== undefined && { config: wholePath(file, building) }) }
}

/** A directory and all those above it. */
function upwards(directory: string): readonly string[] {
  const above = dirname(directory)
  return above === directory ? [directory] : [directory, ...upwards(above)]
}

/** A copy inside of what is copied would grow with each run, and is lost together with it. */
export function checkPlaces({ report }: Building, backups: readonly BackupConfig[]): void {
  for (const { name, source, repository, continuous } of backups) {
    const path = ['backups', name]
    const targets = [
      [[...path, 'repository'], repository],
      [[...path, 'continuous'], continuous?.replica ?? ''],
    ] as const
    for (const [at, target] of targets.filter(([, one]) => isDirectory(one))) {
      const holder = sourcePaths(source).find((one) =>
        upwards(target).some((place) => posix.matchesGlob(place, one)),
      )
      if (holder !== undefined)
        report.add(at, `this place is inside of the source ${holder}, expected another one`)
    }
  }
}

/** Paths and globs that are read where they lie. */
export const sourcePaths = (source: BackupSource): readonly string[] => {
  if (source.kind === 'sqlite') return [source.path]
  return source.kind === 'paths' ? source.paths : []
}

/** Two databases in one replica would overwrite each other. */
export function checkReplicas({ report }: Building, backups: readonly BackupConfig[]): void {
  const seen = new Map<string, string>()
  for (const { name, continuous } of backups) {
    if (continuous === undefined) continue
    const other = seen.get(continuous.replica)
    if (other !== undefined)
      report.add(
        ['backups', name, 'continuous'],
        `expected a replica that is not also that of ${other}`,
      )
    seen.set(continuous.replica, name)
  }
}
