import type { Step } from '../contract/fix.ts'
import type { AttemptView } from '../contract/view.ts'
import type { Db } from './open.ts'

/** One try of a fix: written down before it is made. */
export interface Attempt extends Omit<AttemptView, 'incident' | 'verifiedIn'> {
  /** null: an operator's restart of something that was not wrong. */
  readonly incident: number | null
  /** The incident's key, or the service's name: what it works on. */
  readonly target: string
  /** End of the action, from when on it is verified. */
  readonly actedAt: number | null
  /** The confirmation that ordered it. */
  readonly token: string | null
}

interface Row {
  id: number
  incident: number | null
  target: string
  fix: string
  number: number
  steps: string
  state: Attempt['state']
  started_at: number
  acted_at: number | null
  ended_at: number | null
  before: string | null
  result: string | null
  after: string | null
  actor: string | null
  token: string | null
}

const fromRow = (row: Row): Attempt => ({
  id: row.id,
  incident: row.incident,
  target: row.target,
  fix: row.fix,
  number: row.number,
  steps: JSON.parse(row.steps) as Step[],
  state: row.state,
  startedAt: row.started_at,
  actedAt: row.acted_at,
  token: row.token,
  ...(row.ended_at !== null && { endedAt: row.ended_at }),
  ...(row.before !== null && { before: row.before }),
  ...(row.result !== null && { result: row.result }),
  ...(row.after !== null && { after: row.after }),
  ...(row.actor !== null && { by: row.actor }),
})

/** What may be written of a running attempt. */
export type Progress = Partial<Pick<Attempt, 'state' | 'actedAt' | 'endedAt' | 'result' | 'after'>>

/** Tries of fixes, and when a fix's tries were used up. */
export function attemptStore(db: Db) {
  const insert = db.prepare(
    `INSERT INTO attempts (incident, target, fix, number, steps, state, started_at, before, actor, token)
     VALUES (@incident, @target, @fix, @number, @steps, 'running', @startedAt, @before, @by, @token)`,
  )
  const update = db.prepare(
    `UPDATE attempts SET state = @state, acted_at = @actedAt, ended_at = @endedAt,
       result = @result, after = @after WHERE id = @id`,
  )
  const one = db.prepare<[number], Row>('SELECT * FROM attempts WHERE id = ?')
  const byToken = db.prepare<[string], Row>('SELECT * FROM attempts WHERE token = ?')
  const ofIncident = db.prepare<[number], Row>(
    'SELECT * FROM attempts WHERE incident = ? ORDER BY id',
  )
  const unfinished = db.prepare<[], Row>(
    `SELECT * FROM attempts WHERE state IN ('running', 'verifying') ORDER BY id`,
  )
  const starts = db.prepare<[string, number], { started_at: number }>(
    `SELECT started_at FROM attempts WHERE fix = ? AND started_at > ? AND actor IS NULL
     ORDER BY started_at`,
  )
  const between = db.prepare<[number, number], Row>(
    'SELECT * FROM attempts WHERE ended_at > ? ORDER BY ended_at LIMIT ?',
  )
  const totals = db.prepare<[], { fix: string; state: string; n: number }>(
    'SELECT fix, state, count(*) AS n FROM attempts GROUP BY fix, state',
  )
  const exhausted = db.prepare<[string], { at: number }>('SELECT at FROM exhaustions WHERE key = ?')
  const exhaust = db.prepare<[string, number]>(
    'INSERT INTO exhaustions VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET at = excluded.at',
  )
  const get = (id: number): Attempt | undefined => {
    const row = one.get(id)
    return row && fromRow(row)
  }
  return {
    begin: (draft: Omit<Attempt, 'id' | 'state' | 'actedAt'>): Attempt => {
      const { lastInsertRowid } = insert.run({
        ...draft,
        steps: JSON.stringify(draft.steps),
        before: draft.before ?? null,
        by: draft.by ?? null,
      })
      return { ...draft, id: Number(lastInsertRowid), state: 'running', actedAt: null }
    },
    progress: (attempt: Attempt, change: Progress): Attempt => {
      const next = { ...attempt, ...change }
      update.run({
        id: next.id,
        state: next.state,
        actedAt: next.actedAt,
        endedAt: next.endedAt ?? null,
        result: next.result ?? null,
        after: next.after ?? null,
      })
      return next
    },
    get,
    byToken: (token: string): Attempt | undefined => {
      const row = byToken.get(token)
      return row && fromRow(row)
    },
    ofIncident: (incident: number): readonly Attempt[] => ofIncident.all(incident).map(fromRow),
    unfinished: (): readonly Attempt[] => unfinished.all().map(fromRow),
    /** Starts of a fix by the bot itself since a time, oldest first. */
    startsSince: (fix: string, since: number): readonly number[] =>
      starts.all(fix, since).map((row) => row.started_at),
    endedSince: (since: number, limit: number): readonly Attempt[] =>
      between.all(since, limit).map(fromRow),
    totals: () => totals.all(),
    exhaustedAt: (key: string): number | null => exhausted.get(key)?.at ?? null,
    exhaust: (key: string, at: number): void => void exhaust.run(key, at),
  }
}
