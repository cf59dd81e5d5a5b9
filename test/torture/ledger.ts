import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'

export interface IncidentRow {
  readonly id: number
  readonly check_name: string
  readonly cause: string
  readonly severity: string
  readonly opened_at: number
  readonly ended_at: number | null
  readonly ending: string | null
  readonly told: string
  readonly notice: number | null
  readonly detail: string
}

export interface NoticeRow {
  readonly id: number
  readonly kind: string
  readonly chat: number
  readonly at: number
  readonly message: number | null
  readonly state: string
  readonly body: string
}

export interface AttemptRow {
  readonly id: number
  readonly fix: string
  readonly state: string
  readonly acted_at: number | null
  readonly actor: string | null
  readonly token: string | null
}

export interface ConfirmationRow {
  readonly token: string
  readonly chat: number
  readonly message: number | null
  readonly state: string
  readonly detail: string
}

interface OutboxRow {
  readonly notice: number
  readonly op: string
  readonly state: string
}

/** What the bot has written down. */
export interface Ledger {
  readonly integrity: string
  readonly incidents: readonly IncidentRow[]
  readonly notices: readonly NoticeRow[]
  readonly outbox: readonly OutboxRow[]
  readonly attempts: readonly AttemptRow[]
  readonly confirmations: readonly ConfirmationRow[]
  readonly silences: readonly string[]
  /** How many lines of each kind the event log has. */
  readonly events: ReadonlyMap<string, number>
  /** Incidents that were taken after they had ended, by the order of the event log. */
  readonly takenLate: readonly number[]
}

const takenLate = `SELECT taken.incident AS id FROM events taken JOIN events ended
  ON ended.incident = taken.incident AND ended.id < taken.id
  WHERE taken.kind = 'incident-acknowledged' AND ended.kind = 'incident-ended'`

function rowsOf(db: Database.Database): Ledger {
  const events = db.prepare<[], { kind: string; n: number }>(
    'SELECT kind, count(*) AS n FROM events GROUP BY kind',
  )
  const silences = db.prepare<[number], { name: string }>(
    'SELECT check_name AS name FROM silences WHERE until > ?',
  )
  return {
    integrity: String(db.pragma('integrity_check', { simple: true })),
    incidents: db.prepare<[], IncidentRow>('SELECT * FROM incidents').all(),
    notices: db.prepare<[], NoticeRow>('SELECT * FROM notices').all(),
    outbox: db.prepare<[], OutboxRow>('SELECT * FROM outbox').all(),
    attempts: db.prepare<[], AttemptRow>('SELECT * FROM attempts').all(),
    confirmations: db.prepare<[], ConfirmationRow>('SELECT * FROM confirmations').all(),
    silences: silences.all(Date.now()).map(({ name }) => name),
    takenLate: db
      .prepare<[], { id: number }>(takenLate)
      .all()
      .map(({ id }) => id),
    events: new Map(events.all().map(({ kind, n }) => [kind, n])),
  }
}

const read = (file: string, options: Database.Options): Ledger => {
  const db = new Database(file, { timeout: 2_000, ...options })
  try {
    return db.transaction(() => rowsOf(db))()
  } finally {
    db.close()
  }
}

/** Of a bot that runs. @throws Error when the database cannot be read */
export const readLedger = (home: string): Ledger =>
  read(join(home, 'mechanic.db'), { readonly: true })

/**
 * Of a bot that has ended, from a copy: opening the files themselves would repair them before the bot
 * has to. Null where there is no database yet.
 */
export function readRemains(home: string, scratch: string): Ledger | null {
  if (!existsSync(join(home, 'mechanic.db'))) return null
  const copy = mkdtempSync(join(scratch, 'remains-'))
  try {
    for (const name of ['mechanic.db', 'mechanic.db-wal'])
      if (existsSync(join(home, name))) copyFileSync(join(home, name), join(copy, name))
    const db = new Database(join(copy, 'mechanic.db'))
    const made = db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'outbox'`).get() !== undefined
    db.close()
    return made ? read(join(copy, 'mechanic.db'), {}) : null
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}
