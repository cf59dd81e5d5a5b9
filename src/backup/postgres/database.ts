import { setTimeout } from 'node:timers/promises'
import { messageOf, OperatorError } from '../../contract/error.ts'
import { addressOf, atDatabase, placeOf } from './address.ts'
import type { Session } from './connect.ts'
import { connect } from './connect.ts'

/** A name or a value in a statement: https://www.postgresql.org/docs/current/sql-syntax-lexical.html. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`
export const quoteText = (text: string): string => {
  const inner = text.replaceAll("'", "''")
  return inner.includes('\\') ? `E'${inner.replaceAll('\\', '\\\\')}'` : `'${inner}'`
}

/** Databases that every server has, to be in while another one is made, renamed or dropped. */
const homes = ['postgres', 'template1'] as const

/**
 * A session with the server itself, in none of the databases that are worked on.
 *
 * @param avoid names of databases that nobody may be in
 * @throws OperatorError
 */
export async function withServer<T>(
  url: string,
  signal: AbortSignal,
  work: (session: Session) => Promise<T>,
  avoid: readonly string[] = [],
): Promise<T> {
  const [usual, other] = homes
  const [first, second] = avoid.includes(usual) ? [other, other] : homes
  const session = await connect(atDatabase(url, first), signal).catch((thrown: unknown) => {
    if (thrown instanceof OperatorError && /no such database/.test(thrown.message))
      return connect(atDatabase(url, second), signal)
    throw thrown
  })
  try {
    return await work(session)
  } finally {
    await session.close()
  }
}

const one = (url: string, sql: string, name: string, signal: AbortSignal): Promise<string | null> =>
  withServer(url, signal, async (session) => {
    const [row] = await session.rows(sql, [name])
    return row?.['value'] ?? null
  })

export const databaseExists = async (
  url: string,
  name: string,
  signal: AbortSignal,
): Promise<boolean> =>
  (await one(url, 'SELECT 1 AS value FROM pg_database WHERE datname = $1', name, signal)) !== null

/** Bytes of a database. @throws OperatorError also when it does not exist */
export async function databaseSize(
  url: string,
  name: string,
  signal: AbortSignal,
): Promise<number> {
  const sql = 'SELECT pg_database_size(oid) AS value FROM pg_database WHERE datname = $1'
  const size = await one(url, sql, name, signal)
  if (size !== null) return Number(size)
  throw new OperatorError(
    `there is no database ${name} on the server of ${placeOf(addressOf(url))}`,
  )
}

/** Names of the databases that begin so, sorted. */
export const databasesNamed = (
  url: string,
  prefix: string,
  signal: AbortSignal,
): Promise<readonly string[]> =>
  withServer(url, signal, async (session) => {
    const sql = 'SELECT datname FROM pg_database WHERE starts_with(datname, $1) ORDER BY datname'
    const rows = await session.rows(sql, [prefix])
    return rows.map(({ datname }) => datname ?? '')
  })

/** Ends every other session in a database; returns how many there were. @throws OperatorError */
export const endConnections = (url: string, name: string, signal: AbortSignal): Promise<number> =>
  withServer(url, signal, (session) => endIn(session, name))

async function endIn(session: Session, name: string): Promise<number> {
  const sql = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = $1 AND pid <> pg_backend_pid()`
  return (await session.rows(sql, [name])).length
}

/**
 * Drops a database with whoever is in it; false when there is none. PostgreSQL 13 and newer end those
 * sessions themselves.
 *
 * @throws OperatorError
 */
export const dropDatabase = (url: string, name: string, signal: AbortSignal): Promise<boolean> =>
  withServer(url, signal, async (session) => {
    const found = await session.rows('SELECT 1 FROM pg_database WHERE datname = $1', [name])
    if (found.length === 0) return false
    await endIn(session, name)
    await session.rows(`DROP DATABASE IF EXISTS ${quoteName(name)}`)
    return true
  })

/** How often it is tried again where somebody does not leave; the server itself waits 5 s for them. */
const renameTries = 5
/** Milliseconds between two looks who is in a database that is being renamed. */
const lookEvery = 100

async function renameAll(
  session: Session,
  renames: readonly (readonly [from: string, to: string])[],
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await session.rows('BEGIN')
      for (const [from, to] of renames)
        await session.rows(`ALTER DATABASE ${quoteName(from)} RENAME TO ${quoteName(to)}`)
      await session.rows('COMMIT')
      return
    } catch (thrown) {
      await session.rows('ROLLBACK')
      if (tries === renameTries || !/being accessed by other users/.test(messageOf(thrown)))
        throw thrown
    }
  }
}

/** Ends who is in databases until it is over. What goes wrong shows in what waits for them to be empty. */
async function keepEmpty(
  session: Session,
  names: readonly string[],
  over: AbortSignal,
): Promise<void> {
  try {
    while (!over.aborted) {
      for (const name of names) await endIn(session, name)
      await setTimeout(lookEvery, undefined, { signal: over })
    }
  } catch {
    // Over, or refused.
  }
}

/**
 * Renames databases, all of them or none, in this order, and ends who is in them. A rename lets nobody in
 * while it waits for those who are in to leave: clients that come back at once are ended in the middle of
 * it, by a second session.
 *
 * @param renames of each: its name, and its new one
 * @throws OperatorError
 */
export function renameDatabases(
  url: string,
  renames: readonly (readonly [from: string, to: string])[],
  signal: AbortSignal,
): Promise<void> {
  const names = renames.map(([from]) => from)
  const rename = async (session: Session, helper: Session): Promise<void> => {
    // Where it may not be done at all, this says so.
    for (const name of names) await endIn(helper, name)
    const over = new AbortController()
    const emptying = keepEmpty(helper, names, over.signal)
    try {
      await renameAll(session, renames)
    } finally {
      over.abort()
      await emptying
    }
  }
  return withServer(
    url,
    signal,
    (session) => withServer(url, signal, (helper) => rename(session, helper), names),
    names,
  )
}
