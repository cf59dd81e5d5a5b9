import type { Tool } from '../../backup/tool.ts'
import { countPostgres } from '../../backup/postgres/counts.ts'
import { Unavailable } from '../../backup/unavailable.ts'
import { queryPostgres } from '../../backup/postgres/query.ts'
import type { Counts } from '../../backup/source.ts'
import { countSqlite, integrity, querySqlite } from '../../backup/sqlite/run.ts'
import type { Expectation } from '../../config/types.ts'
import { messageOf, OperatorError } from '../../contract/error.ts'
import { t, type Text } from '../../contract/message.ts'
import { differences } from '../../core/backup/compare.ts'
import { type Answer, unmet } from '../../core/backup/expect.ts'

/** What looking at restored data has brought. */
export interface Found {
  readonly problems: readonly string[]
  readonly seen: readonly Text[]
}

export const foundAll = (parts: readonly Found[]): Found => ({
  problems: parts.flatMap(({ problems }) => problems),
  seen: parts.flatMap(({ seen }) => seen),
})

/** Characters of a query that tell which one it is. */
const shownQuery = 80

/** A database that was restored. */
export interface Restored {
  count(): Promise<{ readonly counts: Counts; readonly left: readonly string[] }>
  query(sql: string): Promise<Answer>
}

export const restoredPostgres = (url: string, { signal }: Tool): Restored => ({
  count: () => countPostgres(url, signal),
  query: (sql) => queryPostgres(url, sql, signal),
})

export const restoredSqlite = (path: string, tool: Tool): Restored => ({
  count: () => countSqlite(path, tool),
  query: (sql) => querySqlite(path, sql, tool),
})

/** Rows compared with those that were counted when it was backed up. */
export async function compareRows(database: Restored, was: Counts): Promise<Found> {
  const { counts, left } = await database.count()
  const different = differences(was, counts, left)
  if (different !== null) return { problems: [different], seen: [] }
  const same = Object.entries(was).filter(([table]) => !left.includes(table))
  const tables = same.length
  const rows = same.reduce((sum, [, one]) => sum + one, 0)
  return { problems: [], seen: tables === 0 ? [] : [t('drill-job-tables', { tables, rows })] }
}

async function askOne(database: Restored, expected: Expectation): Promise<string | null> {
  const { query } = expected
  const shown = query.length > shownQuery ? `${query.slice(0, shownQuery)}…` : query
  try {
    const wrong = unmet(expected, await database.query(query))
    return wrong === null ? null : `“${shown}” ${wrong}`
  } catch (error) {
    if (!(error instanceof OperatorError) || error instanceof Unavailable) throw error
    return `“${shown}” failed: ${messageOf(error)}`
  }
}

/** Asks what the config wants to be asked. */
export async function askAll(
  database: Restored,
  expected: readonly Expectation[],
  { signal }: Tool,
): Promise<Found> {
  const problems: string[] = []
  for (const one of expected) {
    const wrong = await askOne(database, one)
    signal.throwIfAborted()
    if (wrong !== null) problems.push(wrong)
  }
  const n = expected.length - problems.length
  return { problems, seen: n === 0 ? [] : [t('drill-job-expected', { n })] }
}

/** What the integrity check of a SQLite file finds. */
export async function wholeness(
  path: string,
  shown: string,
  tool: Tool,
): Promise<readonly string[]> {
  try {
    return (await integrity(path, tool)).map((problem) => `${shown}: ${problem}`)
  } catch (error) {
    tool.signal.throwIfAborted()
    if (error instanceof OperatorError) return [`${shown}: ${messageOf(error)}`]
    throw error
  }
}
