import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { formatSize } from '../../contract/units.ts'
import type { Source, Staged } from '../source.ts'
import { findClient } from './clients.ts'
import { withSession } from './connect.ts'
import { dumpPostgres } from './dump.ts'
import { dumpFiles } from './files.ts'
import { majorOf } from './shape.ts'
import type { About } from './shape.ts'

const factsSql = `SELECT current_setting('server_version_num') AS server,
  split_part(current_setting('server_version'), ' ', 1) AS version,
  pg_database_size(current_database()) AS size,
  (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE relkind = 'r' AND nspname <> 'information_schema' AND nspname !~ '^pg_') AS tables`

const bytesOf = async (paths: readonly string[]): Promise<number> => {
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** What a dump has put into its directory, for restic. */
export async function stagedDump(
  directory: string,
  { at, counts, uncounted, globals }: About,
): Promise<Staged> {
  const names = [
    dumpFiles.dump,
    dumpFiles.about,
    ...(globals === 'none' ? [] : [dumpFiles.globals]),
  ]
  const paths = names.map((name) => join(directory, name))
  return { paths, expected: paths, bytes: await bytesOf(paths), counts, uncounted, at }
}

/** A PostgreSQL database. `now`: epoch milliseconds. */
export const postgresSource = (url: string, now: () => number): Source => ({
  inspect: (tool) =>
    withSession(url, tool.signal, async (session) => {
      const [row = {}] = await session.rows(factsSql)
      await findClient('pg_dump', majorOf(Number(row['server'])), tool)
      const room = Number(row['size'])
      const tables = `${row['tables']} ${row['tables'] === '1' ? 'table' : 'tables'}`
      return { room, about: `PostgreSQL ${row['version']}, ${formatSize(room)}, ${tables}` }
    }),
  stage: async (directory, tool) =>
    stagedDump(directory, await dumpPostgres(url, directory, tool, now)),
})
