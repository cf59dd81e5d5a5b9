import { addressOf } from '../../backup/postgres/address.ts'
import { databaseSize } from '../../backup/postgres/database.ts'
import { queryPostgres } from '../../backup/postgres/query.ts'
import type { BackupConfig } from '../../config/types.ts'
import { OperatorError } from '../../contract/error.ts'
import type { Reach } from '../backup/reach.ts'
import type { Need } from '../backup/scratch.ts'

/** Characters of a database's name: NAMEDATALEN - 1 of PostgreSQL. */
const longestName = 63

/** The server where databases are tried out; null for what is no database of a server. */
export function serverOf({ source, drill }: BackupConfig): string | null {
  return source.kind === 'postgres' ? (drill.url ?? source.url) : null
}

/** A name of a scratch database that tells whose it is. */
export const scratchName = (backup: string, job: number): string => {
  const end = `_${job}`
  const word = backup.toLowerCase().replace(/[^a-z0-9_]/g, '_')
  return `mechanic_drill_${word}`.slice(0, longestName - end.length) + end
}

const isHere = (host: string | undefined): boolean =>
  host === undefined || host.startsWith('/') || /^(?:localhost|127\.|::1$)/.test(host)

/** Where the server lies on this machine and says where its data is. */
async function dataOf(url: string, { tool }: Reach): Promise<string | null> {
  if (!isHere(addressOf(url)['host'])) return null
  const sql = `SELECT setting FROM pg_settings WHERE name = 'data_directory'`
  const path = await queryPostgres(url, sql, tool.signal)
  return typeof path === 'string' && (await tool.host.files.look(path)) !== null ? path : null
}

/**
 * What the scratch database takes on the server's own disk, as far as that can be seen from here.
 *
 * @param spare how many times the size of the database
 */
export async function serverNeeds(reach: Reach, spare: number): Promise<readonly Need[]> {
  const { config, tool } = reach
  const url = serverOf(config)
  if (url === null || config.source.kind !== 'postgres') return []
  const path = await dataOf(url, reach)
  if (path === null) return []
  const from = config.source.url
  // A source that is away is no reason not to try its backup out.
  const size = await databaseSize(from, addressOf(from)['dbname'] ?? '', tool.signal).catch(
    (error: unknown) => {
      if (error instanceof OperatorError && !tool.signal.aborted) return 0
      throw error
    },
  )
  return [{ path, bytes: size * spare }]
}
