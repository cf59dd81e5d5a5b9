import { integrity, querySqlite } from '../../backup/sqlite/run.ts'
import type { Tool } from '../../backup/tool.ts'
import { OperatorError } from '../../contract/error.ts'
import { migrations } from '../../store/migrations.ts'

/** Tables that every version has. */
const ours = `SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('meta', 'events', 'incidents')`
const ourTables = 3

/**
 * Sees that a database is whole, this program's, and of a version that it knows.
 *
 * @returns the version of its schema
 * @throws OperatorError
 */
export async function proveState(file: string, tool: Tool): Promise<number> {
  const [problem] = await integrity(file, tool)
  if (problem !== undefined)
    throw new OperatorError(
      `the database that was found is damaged: ${problem}`,
      'take an earlier one: --at TIME, or another copy: --from FILE',
    )
  const version = Number(await querySqlite(file, 'PRAGMA user_version', tool))
  const tables = Number(await querySqlite(file, ours, tool))
  if (version < 1 || tables < ourTables)
    throw new OperatorError('the database that was found is not one of Mechanic')
  if (version > migrations.length)
    throw new OperatorError(
      `the state is of a newer version of Mechanic (schema ${version}, known ${migrations.length})`,
      'bring this directory up to date first: git pull && npm ci',
    )
  return version
}
