import { join } from 'node:path'
import Database from 'better-sqlite3'

/** What a bot that is not running has written down. */
export interface State {
  readonly integrity: unknown
  /** Ids of all incidents, of those taken, of those over, and the checks of those open. */
  readonly incidents: ReadonlySet<number>
  readonly taken: ReadonlySet<number>
  readonly over: ReadonlySet<number>
  /** Checks of which an incident was taken. */
  readonly takenOf: ReadonlySet<string>
  readonly open: ReadonlySet<string>
  /** Telegram's id of the message that tells each open incident; null while there is none. */
  readonly told: ReadonlyMap<string, number | null>
  readonly silences: ReadonlySet<string>
  /** How many attempts there were of each fix. */
  readonly attempts: ReadonlyMap<string, number>
  /** How many of all attempts helped. */
  readonly verified: number
  /** What is to be sent now, edits too. */
  readonly waiting: number
}

/** Reads the database of a bot that runs, or has ended however it did. */
export function readState(home: string): State {
  const db = new Database(join(home, 'mechanic.db'))
  try {
    const ids = (sql: string): ReadonlySet<number> =>
      new Set(
        db
          .prepare<[], { id: number }>(sql)
          .all()
          .map(({ id }) => id),
      )
    const names = (sql: string): ReadonlySet<string> =>
      new Set(
        db
          .prepare<[], { name: string }>(sql)
          .all()
          .map(({ name }) => name),
      )
    const attempts = db
      .prepare<[], { fix: string; n: number }>(
        'SELECT fix, count(*) AS n FROM attempts GROUP BY fix',
      )
      .all()
    const told = db
      .prepare<[], { name: string; message: number | null }>(
        `SELECT check_name AS name, n.message FROM incidents i LEFT JOIN notices n ON n.id = i.notice
         WHERE ended_at IS NULL`,
      )
      .all()
    return {
      integrity: db.pragma('integrity_check', { simple: true }),
      incidents: ids('SELECT id FROM incidents'),
      taken: ids('SELECT id FROM incidents WHERE acknowledged_by IS NOT NULL'),
      takenOf: names('SELECT check_name AS name FROM incidents WHERE acknowledged_by IS NOT NULL'),
      over: ids('SELECT id FROM incidents WHERE ended_at IS NOT NULL'),
      open: names('SELECT check_name AS name FROM incidents WHERE ended_at IS NULL'),
      told: new Map(told.map(({ name, message }) => [name, message])),
      waiting: ids(`SELECT id FROM outbox WHERE not_before <= unixepoch('subsec') * 1000`).size,
      verified: ids(`SELECT id FROM attempts WHERE state = 'verified'`).size,
      silences: names('SELECT check_name AS name FROM silences'),
      attempts: new Map(attempts.map(({ fix, n }) => [fix, n])),
    }
  } finally {
    db.close()
  }
}

/** What was known once and is not any more. */
export function lost(before: State, after: State): readonly string[] {
  const sets = ['incidents', 'taken', 'over', 'silences'] as const
  return sets.flatMap((name) => {
    const now: ReadonlySet<number | string> = after[name]
    return [...before[name]].filter((one) => !now.has(one)).map((one) => `${name} ${one}`)
  })
}
