import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { World } from '../../support/flow.ts'

export interface AttemptRow {
  readonly id: number
  readonly incident: number | null
  readonly target: string
  readonly fix: string
  readonly number: number
  readonly steps: string
  readonly state: string
  readonly actor: string | null
  readonly token: string | null
}

export interface IncidentRow {
  readonly id: number
  readonly key: string
  readonly check_name: string
  readonly severity: string
  readonly worst: string
  readonly ended_at: number | null
  readonly ending: string | null
  readonly told: string
  readonly notice: number | null
  readonly reminders: number
  readonly acknowledged_at: number | null
}

export interface NoticeRow {
  readonly id: number
  readonly kind: string
  readonly message: number | null
  readonly state: string
  readonly reply_to: number | null
}

export interface EventRow {
  readonly id: number
  readonly at: number
  readonly kind: string
  readonly incident: number | null
  readonly detail: string
}

/** The database as it stands on the disk, read beside the program and not through its own code. */
export interface OnDisk {
  readonly incidents: readonly IncidentRow[]
  readonly attempts: readonly AttemptRow[]
  readonly notices: readonly NoticeRow[]
  readonly events: readonly EventRow[]
  readonly claimed: number
  /** What is being delivered right now. */
  readonly sending: number | null
}

export function onDisk(world: World): OnDisk {
  const db = new Database(join(world.home, 'mechanic.db'), { readonly: true })
  const all = (table: string): string => `SELECT * FROM ${table} ORDER BY id`
  const one = (sql: string): number | null => db.prepare<[], { n: number }>(sql).get()?.n ?? null
  try {
    return {
      incidents: db.prepare<[], IncidentRow>(all('incidents')).all(),
      attempts: db.prepare<[], AttemptRow>(all('attempts')).all(),
      notices: db.prepare<[], NoticeRow>(all('notices')).all(),
      events: db.prepare<[], EventRow>(all('events')).all(),
      claimed: one(`SELECT count(*) AS n FROM confirmations WHERE state = 'claimed'`) ?? 0,
      sending: one(`SELECT notice AS n FROM outbox WHERE state = 'sending'`),
    }
  } finally {
    db.close()
  }
}
