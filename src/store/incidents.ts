import { type Incident, incidentKey } from '../core/incident.ts'
import type { Db } from './open.ts'

type Detail = Pick<
  Incident,
  'metric' | 'unit' | 'value' | 'threshold' | 'saw' | 'service' | 'evidence' | 'remedy'
>

interface Row {
  id: number
  check_name: string
  host: string
  subject: string
  cause: Incident['cause']
  severity: Incident['severity']
  worst: Incident['worst']
  opened_at: number
  ended_at: number | null
  ending: Incident['ending']
  told: Incident['told']
  told_at: number | null
  notice: number | null
  acknowledged_by: string | null
  acknowledged_at: number | null
  reminders: number
  reminded_at: number | null
  detail: string
}

const fromRow = (row: Row): Incident => ({
  id: row.id,
  check: row.check_name,
  host: row.host,
  subject: row.subject,
  cause: row.cause,
  severity: row.severity,
  worst: row.worst,
  openedAt: row.opened_at,
  endedAt: row.ended_at,
  ending: row.ending,
  told: row.told,
  toldAt: row.told_at,
  notice: row.notice,
  acknowledged:
    row.acknowledged_by === null || row.acknowledged_at === null
      ? null
      : { by: row.acknowledged_by, at: row.acknowledged_at },
  reminders: row.reminders,
  remindedAt: row.reminded_at,
  ...(JSON.parse(row.detail) as Detail),
})

const toRow = (incident: Omit<Incident, 'id'>): Omit<Row, 'id'> & { key: string } => ({
  key: incidentKey(incident),
  check_name: incident.check,
  host: incident.host,
  subject: incident.subject,
  cause: incident.cause,
  severity: incident.severity,
  worst: incident.worst,
  opened_at: incident.openedAt,
  ended_at: incident.endedAt,
  ending: incident.ending,
  told: incident.told,
  told_at: incident.toldAt,
  notice: incident.notice,
  acknowledged_by: incident.acknowledged?.by ?? null,
  acknowledged_at: incident.acknowledged?.at ?? null,
  reminders: incident.reminders,
  reminded_at: incident.remindedAt,
  detail: JSON.stringify(detailOf(incident)),
})

const detailOf = (incident: Omit<Incident, 'id'>): Detail => ({
  metric: incident.metric,
  unit: incident.unit,
  value: incident.value,
  threshold: incident.threshold,
  saw: incident.saw,
  service: incident.service,
  evidence: incident.evidence,
  remedy: incident.remedy,
})

const columns = [
  'key',
  'check_name',
  'host',
  'subject',
  'cause',
  'severity',
  'worst',
  'opened_at',
  'ended_at',
  'ending',
  'told',
  'told_at',
  'notice',
  'acknowledged_by',
  'acknowledged_at',
  'reminders',
  'reminded_at',
  'detail',
] as const

/** Incidents, open and ended. The database itself refuses a second open one of the same key. */
export function incidentStore(db: Db) {
  const insert = db.prepare(
    `INSERT INTO incidents (${columns.join(', ')}) VALUES (${columns.map((c) => `@${c}`).join(', ')})`,
  )
  const update = db.prepare(
    `UPDATE incidents SET ${columns.map((c) => `${c} = @${c}`).join(', ')} WHERE id = @id`,
  )
  const one = db.prepare<[number], Row>('SELECT * FROM incidents WHERE id = ?')
  const byKey = db.prepare<[string], Row>(
    'SELECT * FROM incidents WHERE key = ? AND ended_at IS NULL',
  )
  const open = db.prepare<[], Row>('SELECT * FROM incidents WHERE ended_at IS NULL ORDER BY id')
  const ofNotice = db.prepare<[number], Row>('SELECT * FROM incidents WHERE notice = ? ORDER BY id')
  const endedSince = db.prepare<[number, number], Row>(
    'SELECT * FROM incidents WHERE ended_at > ? ORDER BY ended_at DESC, id DESC LIMIT ?',
  )
  const recent = db.prepare<[number], Row>('SELECT * FROM incidents ORDER BY id DESC LIMIT ?')
  const total = db.prepare<[], { cause: string; ending: string | null; n: number }>(
    'SELECT cause, ending, count(*) AS n FROM incidents GROUP BY cause, ending',
  )
  return {
    add: (draft: Omit<Incident, 'id'>): Incident => {
      const { lastInsertRowid } = insert.run(toRow(draft))
      return { ...draft, id: Number(lastInsertRowid) }
    },
    save: (incident: Incident): Incident => {
      update.run({ ...toRow(incident), id: incident.id })
      return incident
    },
    get: (id: number): Incident | undefined => {
      const row = one.get(id)
      return row && fromRow(row)
    },
    openByKey: (key: string): Incident | undefined => {
      const row = byKey.get(key)
      return row && fromRow(row)
    },
    open: (): readonly Incident[] => open.all().map(fromRow),
    ofNotice: (notice: number): readonly Incident[] => ofNotice.all(notice).map(fromRow),
    /** Ended after `since`, oldest first; the newest `limit` of them. */
    endedSince: (since: number, limit: number): readonly Incident[] =>
      endedSince.all(since, limit).map(fromRow).toReversed(),
    recent: (limit: number): readonly Incident[] => recent.all(limit).map(fromRow),
    /** How many there ever were, by cause and ending (null: still open). */
    totals: () => total.all(),
  }
}
