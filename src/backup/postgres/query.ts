import { OperatorError } from '../../contract/error.ts'
import type { Session } from './connect.ts'
import { withSession } from './connect.ts'

/** What a question to restored data is answered with; null also when there is no row. */
export type Answer = string | number | boolean | null

/** Types that are numbers, by their fixed oids: src/include/catalog/pg_type.dat. */
const numbers = new Set([20, 21, 23, 26, 700, 701, 1700])
const boolean = 16

/** A number as such, unless it has more digits than one holds. */
function numberOf(text: string): Answer {
  const value = Number(text)
  const exact = !/^-?\d+$/.test(text) || Number.isSafeInteger(value)
  return Number.isFinite(value) && exact ? value : text
}

const answerOf = (text: string | null, type: number): Answer => {
  if (text === null) return null
  if (type === boolean) return text === 't'
  return numbers.has(type) ? numberOf(text) : text
}

/** What the config's questions may take, in milliseconds. */
export const queryLimit = 60_000

async function ask(session: Session, sql: string, within: number): Promise<Answer> {
  await session.rows('BEGIN READ ONLY')
  await session.rows(`SET LOCAL statement_timeout = ${within}`)
  // By a cursor: only what reads can be declared so, and only one row of it ever comes.
  await session.rows(`DECLARE answer NO SCROLL CURSOR FOR ${sql.trim().replace(/;+$/, '')}`)
  const { rows, columns } = await session.fetch('FETCH 1 FROM answer')
  await session.rows('ROLLBACK')
  const [column] = columns
  if (column === undefined) throw new OperatorError('a query has no column in its answer')
  return answerOf(rows[0]?.[column.name] ?? null, column.type)
}

/**
 * The first value of the first row that a query answers with; nothing can be changed by it.
 *
 * @param within milliseconds it may take
 * @throws OperatorError
 */
export const queryPostgres = (
  url: string,
  sql: string,
  signal: AbortSignal,
  within = queryLimit,
): Promise<Answer> => withSession(url, signal, (session) => ask(session, sql, within))
