import type { BackupConfig } from '../config/types.ts'
import { OperatorError } from '../contract/error.ts'
import type { Points } from '../core/backup/points.ts'
import { generationsOf, restoreReplica } from './litestream/restore.ts'
import { replicatedOf } from './litestream/run.ts'
import type { Staged } from './source.ts'
import type { Tool } from './tool.ts'

/** True where more can be restored than snapshots. */
export const hasPoints = ({ continuous, stanza }: BackupConfig): boolean =>
  continuous !== undefined || stanza !== undefined

/**
 * Between which times a backup can be restored to any moment; null where nothing has been kept yet.
 *
 * @throws OperatorError when its replica or stanza cannot be asked, or it has none
 */
export async function pointsOf(config: BackupConfig, tool: Tool): Promise<Points | null> {
  const generations = await generationsOf(replicatedOf(config), tool)
  const [first] = generations
  if (!first) return null
  // Times are whole seconds: the first one may lie before the snapshot that it names.
  return { from: first.from + 1000, to: Math.max(...generations.map(({ to }) => to)) }
}

/**
 * Brings data back as it was at a time, into an empty directory: the very files that a snapshot of
 * this backup holds, proven as a source's copy is.
 *
 * @param at epoch milliseconds; see `pointProblem` for which can be reached
 * @returns what is there; `at` is the time of the data, never after the one that was asked for
 * @throws OperatorError when it cannot be reached, read or proven
 */
export async function restorePoint(
  config: BackupConfig,
  at: number,
  directory: string,
  tool: Tool,
): Promise<Staged> {
  const file = `${directory}/restored.db`
  const found = await restoreReplica(replicatedOf(config), at, file, tool)
  const facts = await tool.host.files.look(file)
  if (!facts) throw new OperatorError(`Litestream has restored nothing to ${file}`)
  return { paths: [file], expected: [file], bytes: facts.size, counts: {}, at: found }
}
