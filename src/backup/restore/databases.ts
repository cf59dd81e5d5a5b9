import { open } from 'node:fs/promises'
import { OperatorError } from '../../contract/error.ts'
import { countSqlite, integrity } from '../sqlite/run.ts'
import type { Counts } from '../source.ts'
import type { Tool } from '../tool.ts'

/** https://www.sqlite.org/fileformat.html#the_database_header */
const magic = Buffer.from('SQLite format 3\0')

/** More than these are not opened one by one; the rest is said. */
const mostDatabases = 200

async function isSqlite(path: string): Promise<boolean> {
  const handle = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(magic.length), 0, magic.length, 0)
    return bytesRead === magic.length && buffer.equals(magic)
  } finally {
    await handle.close()
  }
}

/** The SQLite databases among restored files, the path itself or below it. */
export async function databasesIn(path: string, { host }: Tool): Promise<readonly string[]> {
  const facts = await host.files.look(path)
  const all = facts?.kind === 'directory' ? await host.files.walk(path) : facts ? [facts] : []
  const found: string[] = []
  for (const one of all)
    if (one.kind === 'file' && one.size >= 512 && (await isSqlite(one.path))) found.push(one.path)
  return found
}

const damaged = (path: string, problems: readonly string[]): OperatorError =>
  new OperatorError(
    `${path} is damaged: ${problems.slice(0, 2).join('; ')}`,
    'Choose an earlier snapshot, and see that the live one is well.',
  )

/** @throws OperatorError when a database is damaged */
export async function proveSqlite(path: string, tool: Tool): Promise<void> {
  const problems = await integrity(path, tool)
  if (problems.length > 0) throw damaged(path, problems)
}

/** Proves every SQLite database among restored files; returns how many there are. */
export async function proveFiles(paths: readonly string[], tool: Tool): Promise<number> {
  const found: string[] = []
  for (const path of paths) found.push(...(await databasesIn(path, tool)))
  for (const path of found.slice(0, mostDatabases)) await proveSqlite(path, tool)
  if (found.length > mostDatabases)
    tool.say(`${found.length - mostDatabases} more SQLite databases were not looked into`)
  return found.length
}

/**
 * Compares rows with those that were counted when the data was taken.
 *
 * @throws OperatorError that names the tables that differ
 */
export function demandCounts(what: string, wanted: Counts, found: Counts): void {
  const bad = Object.entries(wanted).filter(([table, rows]) => (found[table] ?? 0) !== rows)
  if (bad.length === 0) return
  const some = bad
    .slice(0, 3)
    .map(([table, rows]) => `${table} has ${found[table] ?? 'no'} rows, it had ${rows}`)
  throw new OperatorError(
    `${what} does not hold what was backed up: ${some.join(', ')}`,
    'Choose an earlier snapshot, and run the backup and its drill again.',
  )
}

/** Rows of the tables of a SQLite database. */
export const rowsOf = async (path: string, tool: Tool): Promise<Counts> =>
  (await countSqlite(path, tool)).counts
