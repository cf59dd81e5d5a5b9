import { messageOf, OperatorError } from '../../contract/error.ts'
import type { Counts } from '../source.ts'
import type { Session } from './connect.ts'
import { withSession } from './connect.ts'

export interface Counted {
  readonly counts: Counts
  /** Names of the tables that could not be counted in time. */
  readonly left: readonly string[]
}

/** What is counted besides tables: its name cannot be that of one. */
const largeObjects = '(large objects)'
/** They are counted in their catalog, whatever time the tables took: milliseconds. */
const objectsLimit = 60_000

/**
 * Tables of the user, small ones first. What belongs to an extension comes with that, not with the
 * dump; what is temporary or foreign is in no dump.
 */
const tablesSql = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND c.relpersistence <> 't'
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
    AND NOT EXISTS (SELECT 1 FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY c.relpages, 1`

/** How long tables may be counted in all, in milliseconds. */
export const countLimit = 600_000

const count = async (session: Session, from: string): Promise<number> => {
  const [row] = await session.rows(`SELECT count(*) AS n FROM ${from}`)
  return Number(row?.['n'])
}

/** null: it took longer than was left, and the transaction is as it was before. */
async function countWithin(session: Session, table: string, ms: number): Promise<number | null> {
  await session.rows('SAVEPOINT count')
  try {
    await session.rows(`SET LOCAL statement_timeout = ${Math.ceil(ms)}`)
    const rows = await count(session, table)
    await session.rows('RELEASE SAVEPOINT count')
    return rows
  } catch (thrown) {
    if (!(thrown instanceof OperatorError && /took too long/.test(messageOf(thrown)))) throw thrown
    await session.rows('ROLLBACK TO SAVEPOINT count')
    await session.rows('RELEASE SAVEPOINT count')
    return null
  }
}

/**
 * The exact number of rows of each table, `schema.table` as SQL writes it, in the transaction that the
 * session is in.
 *
 * @param within milliseconds that it may take in all
 * @throws OperatorError
 */
export async function countIn(session: Session, within = countLimit): Promise<Counted> {
  const tables = (await session.rows(tablesSql)).map(({ name }) => name ?? '')
  const until = performance.now() + within
  const counts: Record<string, number> = {}
  const left: string[] = []
  for (const table of tables) {
    const rest = until - performance.now()
    const rows = rest > 0 ? await countWithin(session, table, rest) : null
    if (rows === null) left.push(table)
    else counts[table] = rows
  }
  const objects = await countWithin(session, 'pg_largeobject_metadata', objectsLimit)
  if (objects === null) left.push(largeObjects)
  else if (objects > 0) counts[largeObjects] = objects
  return { counts, left }
}

/**
 * The same of a database as it is now, all tables at one time.
 *
 * @throws OperatorError
 */
export const countPostgres = (
  url: string,
  signal: AbortSignal,
  within = countLimit,
): Promise<Counted> =>
  withSession(url, signal, async (session) => {
    await session.rows('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    await session.rows('SET LOCAL row_security = off')
    return countIn(session, within)
  })
