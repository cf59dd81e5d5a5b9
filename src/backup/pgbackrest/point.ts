import { rm } from 'node:fs/promises'
import type { StanzaConfig } from '../../config/types.ts'
import { OperatorError } from '../../contract/error.ts'
import { endLeftovers } from '../leftovers.ts'
import { addressOf } from '../postgres/address.ts'
import { dumpPostgres } from '../postgres/dump.ts'
import { stagedDump } from '../postgres/source.ts'
import type { Staged } from '../source.ts'
import type { Tool } from '../tool.ts'
import { clusterOf } from './config.ts'
import { restoreStanza, sidePlace } from './restore.ts'
import { withCluster } from './server.ts'

/** A database whose server pgBackRest looks after. */
export interface Archived {
  /** Of the backup. */
  readonly name: string
  /** Of the database. */
  readonly url: string
  readonly stanza: StanzaConfig
}

/**
 * Where the restored server of a point lies while it is asked: beside the live data, in a directory of a
 * name that is this backup's own.
 *
 * @throws OperatorError when nobody knows where the live data is
 */
export const pointPlace = ({ name, stanza }: Archived, tool: Tool): Promise<string> =>
  sidePlace(stanza, `mechanic-point-${name}`, tool)

/**
 * Ends and removes what was left of the restored server of a point. Where nobody knows where that would
 * lie, none was ever made.
 *
 * @throws OperatorError when it cannot be ended
 */
export async function clearPoint(archived: Archived, tool: Tool): Promise<void> {
  const place = await pointPlace(archived, tool).catch((thrown: unknown) => {
    if (thrown instanceof OperatorError) return null
    throw thrown
  })
  if (place === null) return
  await endLeftovers(tool, place)
  await rm(place, { recursive: true, force: true })
}

/**
 * Brings a database as it was at a point in time into an empty directory, as a dump like that of a
 * snapshot: the whole server is restored beside the live one, started apart from everything, dumped from,
 * and removed. Its processes have both directories in their command lines.
 *
 * @param at epoch milliseconds; null: as late as possible
 * @returns what is there, as a source stages it; `at` is the time of the last change
 * @throws OperatorError
 */
export async function stagePoint(
  archived: Archived,
  at: number | null,
  directory: string,
  tool: Tool,
): Promise<Staged> {
  const { url, stanza } = archived
  const place = await pointPlace(archived, tool)
  const { user } = await clusterOf(stanza, tool.host)
  const database = addressOf(url)['dbname'] ?? ''
  const users = [...new Set([user ?? 'postgres', 'postgres', addressOf(url)['user'] ?? 'postgres'])]
  await clearPoint(archived, tool)
  try {
    await restoreStanza(stanza, at, { directory: place, mark: directory }, tool)
    const options = { directory: place, database, users, mark: directory }
    const about = await withCluster(options, tool, (side) =>
      dumpPostgres(side.url, directory, tool, () => side.at ?? at ?? 0),
    )
    return await stagedDump(directory, about)
  } finally {
    await clearPoint(archived, tool)
  }
}
