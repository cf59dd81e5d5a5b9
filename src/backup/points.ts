import { basename, join } from 'node:path'
import type { BackupConfig } from '../config/types.ts'
import { OperatorError } from '../contract/error.ts'
import type { Points } from '../core/backup/points.ts'
import { generationsOf, restoreReplica } from './litestream/restore.ts'
import { replicatedOf } from './litestream/run.ts'
import { stanzaPoints } from './pgbackrest/info.ts'
import { type Archived, clearPoint, stagePoint } from './pgbackrest/point.ts'
import type { Staged } from './source.ts'
import { countSqlite, integrity } from './sqlite/run.ts'
import type { Tool } from './tool.ts'

/** True where more can be restored than snapshots. */
export const hasPoints = ({ continuous, stanza }: BackupConfig): boolean =>
  continuous !== undefined || stanza !== undefined

/** What pgBackRest looks after; undefined for everything else. */
const archivedOf = ({ name, source, stanza }: BackupConfig): Archived | undefined =>
  source.kind === 'postgres' && stanza ? { name, url: source.url, stanza } : undefined

/**
 * Between which times a backup can be restored to any moment; null where nothing has been kept yet.
 *
 * @throws OperatorError when its replica or stanza cannot be asked, or it has none
 */
export async function pointsOf(config: BackupConfig, tool: Tool): Promise<Points | null> {
  const archived = archivedOf(config)
  if (archived) return stanzaPoints(archived.stanza, tool)
  const generations = await generationsOf(replicatedOf(config), tool)
  const [first] = generations
  if (!first) return null
  // Times are whole seconds: the first one may lie before the snapshot that it names.
  return { from: first.from + 1000, to: Math.max(...generations.map(({ to }) => to)) }
}

/** The name that a snapshot gives to the database of a backup. */
const databaseName = ({ source }: BackupConfig): string =>
  source.kind === 'sqlite' ? basename(source.path) : 'mechanic.db'

async function replicaPoint(
  config: BackupConfig,
  at: number,
  directory: string,
  tool: Tool,
): Promise<Staged> {
  const file = join(directory, databaseName(config))
  const found = await restoreReplica(replicatedOf(config), at, file, tool)
  const [problem] = await integrity(file, tool)
  if (problem !== undefined)
    throw new OperatorError(
      `the replica of ${config.name} brings back a damaged database: ${problem}`,
      'restore an earlier point or a snapshot, and name an empty place as continuous.replica',
    )
  const { counts, left } = await countSqlite(file, tool)
  if (left.length > 0) tool.say(`not counted: ${left.join(', ')}`)
  const size = (await tool.host.files.look(file))?.size ?? 0
  return { paths: [file], expected: [file], bytes: size, counts, at: found }
}

/**
 * Brings data back as it was at a time, into an empty directory: the very files that a snapshot of
 * this backup holds, proven as a source's copy is. With the present moment it is the trial of a
 * replica.
 *
 * @param at epoch milliseconds; see `pointProblem` for which can be reached
 * @returns what is there; its `at` is the time of the data, never after the one that was asked for
 * @throws OperatorError when it cannot be reached, read or proven
 */
export function restorePoint(
  config: BackupConfig,
  at: number,
  directory: string,
  tool: Tool,
): Promise<Staged> {
  const archived = archivedOf(config)
  return archived
    ? stagePoint(archived, at, directory, tool)
    : replicaPoint(config, at, directory, tool)
}

/**
 * Ends and removes what an end of the bot has left of a point outside of its own directory.
 *
 * @throws OperatorError when it cannot be ended
 */
export async function clearPoints(config: BackupConfig, tool: Tool): Promise<void> {
  const archived = archivedOf(config)
  if (archived) await clearPoint(archived, tool)
}
