import { dirname, join } from 'node:path'
import type { StanzaConfig } from '../../config/types.ts'
import { OperatorError } from '../../contract/error.ts'
import { formatSize } from '../../contract/units.ts'
import type { Tool } from '../tool.ts'
import { Unavailable } from '../unavailable.ts'
import { clusterOf } from './config.ts'
import type { Points } from './info.ts'
import { stanzaPoints } from './info.ts'
import { ownerOf } from './owner.ts'
import { runBackrest } from './run.ts'

/**
 * Where a restored server's data may lie: beside the live data, where there is room for it, and where the
 * server's user may go. The bot's own directory is closed to that user.
 *
 * @param label `mechanic-drill-app`: of letters, digits, dots and dashes
 * @throws OperatorError when nobody knows where the live data is
 */
export async function sidePlace(stanza: StanzaConfig, label: string, tool: Tool): Promise<string> {
  const { path } = await clusterOf(stanza, tool.host)
  return join(dirname(path), label)
}

/** As PostgreSQL reads it: `2026-11-21 03:00:00.000+00`. */
export const targetOf = (at: number): string =>
  new Date(at).toISOString().replace('T', ' ').replace('Z', '+00')

/** Room for the data, and for the log that is replayed upon it. */
const roomFactor = 1.2

async function mustFit(place: string, bytes: number, { host }: Tool): Promise<void> {
  const { available } = await host.disk(dirname(place))
  if (available >= bytes * roomFactor) return
  const needs = formatSize(bytes * roomFactor)
  throw new Unavailable(
    `restoring the server of a point takes ${needs} beside its live data, and ${formatSize(available)} are free`,
    `Make room on the file system of ${dirname(place)}.`,
  )
}

function mustReach(
  { name }: StanzaConfig,
  at: number | null,
  points: Points | null,
): asserts points is Points {
  if (points === null)
    throw new OperatorError(
      `the stanza ${name} has no backup yet`,
      `Take one: pgbackrest --stanza=${name} backup.`,
    )
  if (at !== null && (at < points.from || at > points.to))
    throw new OperatorError(
      `${targetOf(at)} cannot be reached in the stanza ${name}`,
      `Choose a time from ${targetOf(points.from)} to ${targetOf(points.to)}.`,
    )
}

/**
 * Restores a server's data into a directory that does not exist yet, as of a point in time. The log is
 * replayed when it is started the first time (`withCluster`). It never archives anything.
 *
 * @param at epoch milliseconds; null: as late as possible
 * @param mark a path that is in its command line, by which it is found after a crash
 * @throws OperatorError
 */
export async function restoreStanza(
  stanza: StanzaConfig,
  at: number | null,
  { directory, mark }: { readonly directory: string; readonly mark: string },
  tool: Tool,
): Promise<void> {
  const cluster = await clusterOf(stanza, tool.host)
  if (directory === cluster.path)
    throw new OperatorError(`nothing is restored over the live data in ${directory}`)
  const points = await stanzaPoints(stanza, tool)
  mustReach(stanza, at, points)
  await mustFit(directory, points.bytes, tool)
  const target =
    at === null ? [] : ['--type=time', `--target=${targetOf(at)}`, '--target-action=promote']
  // Nothing is logged there: there is no log.
  const args = [
    'restore',
    `--pg1-path=${directory}`,
    `--log-path=${mark}`,
    '--archive-mode=off',
    ...target,
  ] as const
  await runBackrest(stanza, args, await ownerOf(cluster, tool), tool)
}
