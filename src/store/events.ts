import type { Db } from './open.ts'

/** One thing that happened, with the reason the deciding code gave for it. */
export interface Event {
  readonly at: number
  readonly kind: string
  readonly reason: string
  readonly incident?: number | null
  /** `check@host` */
  readonly target?: string | null
  readonly actor?: string | null
  readonly detail?: Readonly<Record<string, unknown>>
}

interface EventRow {
  id: number
  at: number
  kind: string
  reason: string
  incident: number | null
  target: string | null
  actor: string | null
  detail: string
}

const fromRow = ({ detail, ...row }: EventRow): Event & { readonly id: number } => ({
  ...row,
  detail: JSON.parse(detail) as Record<string, unknown>,
})

/** The append-only log: written in the transaction of the change it tells of. */
export function eventStore(db: Db) {
  const insert = db.prepare(
    `INSERT INTO events (at, kind, reason, incident, target, actor, detail)
     VALUES (@at, @kind, @reason, @incident, @target, @actor, @detail)`,
  )
  const recent = db.prepare<[number], EventRow>('SELECT * FROM events ORDER BY id DESC LIMIT ?')
  const ofIncident = db.prepare<[number], EventRow>(
    'SELECT * FROM events WHERE incident = ? ORDER BY id LIMIT 200',
  )
  return {
    add: (event: Event): void =>
      void insert.run({
        incident: null,
        target: null,
        actor: null,
        ...event,
        detail: JSON.stringify(event.detail ?? {}),
      }),
    recent: (limit: number): readonly Event[] => recent.all(limit).map(fromRow),
    ofIncident: (id: number): readonly Event[] => ofIncident.all(id).map(fromRow),
  }
}
