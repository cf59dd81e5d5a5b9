import type { About } from '../contract/house.ts'
import type { JobEnd, StepEnd, StepRecord } from '../core/job/record.ts'
import type { Db } from './open.ts'

/** A long action as it is written down: before it begins, with each step, and at its end. */
export interface StoredJob {
  readonly id: number
  readonly kind: string
  readonly subject: string
  readonly about: About
  readonly memory: Readonly<Record<string, unknown>>
  /** Who ordered it; absent: the bot itself. */
  readonly by?: string
  /** Its message; null: it has none. */
  readonly notice: number | null
  readonly startedAt: number
  readonly endedAt: number | null
  /** null while it is under way. */
  readonly end: JobEnd | null
}

/** One step; the last one of a job may have no end. */
export interface StoredStep {
  readonly number: number
  readonly step: string
  readonly begunAt: number
  readonly endedAt: number | null
  readonly ended: StepEnd | null
  readonly why: string | null
}

interface Row {
  id: number
  kind: string
  subject: string
  about: string
  memory: string
  actor: string | null
  notice: number | null
  started_at: number
  ended_at: number | null
  ending: string | null
}

interface StepRow {
  number: number
  step: string
  begun_at: number
  ended_at: number | null
  ended: StepEnd | null
  why: string | null
}

const fromRow = (row: Row): StoredJob => ({
  id: row.id,
  kind: row.kind,
  subject: row.subject,
  about: JSON.parse(row.about) as About,
  memory: JSON.parse(row.memory) as Record<string, unknown>,
  notice: row.notice,
  startedAt: row.started_at,
  endedAt: row.ended_at,
  end: row.ending === null ? null : (JSON.parse(row.ending) as JobEnd),
  ...(row.actor !== null && { by: row.actor }),
})

const fromStepRow = ({ begun_at: begunAt, ended_at: endedAt, ...row }: StepRow): StoredStep => ({
  ...row,
  begunAt,
  endedAt,
})

/** What is known of a step when it ends. */
export interface EndedStep {
  readonly step: string
  readonly begunAt: number
  readonly endedAt: number
  readonly end: StepEnd
  readonly why?: string
  /** Without secrets. */
  readonly output: string
}

/** The steps that have ended, as the course of a job wants to know them. */
export const trailOf = (steps: readonly StoredStep[]): readonly StepRecord[] =>
  steps.flatMap(({ step, ended, why }) =>
    ended === null ? [] : [{ step, end: ended, ...(why !== null && { why }) }],
  )

/** Jobs, under way and ended, with their steps. */
export function jobStore(db: Db) {
  const insert = db.prepare(
    `INSERT INTO jobs (kind, subject, about, memory, actor, token, started_at)
     VALUES (@kind, @subject, @about, @memory, @by, @token, @startedAt)`,
  )
  const one = db.prepare<[number], Row>('SELECT * FROM jobs WHERE id = ?')
  const byToken = db.prepare<[string], { id: number }>('SELECT id FROM jobs WHERE token = ?')
  const open = db.prepare<[], Row>('SELECT * FROM jobs WHERE ended_at IS NULL ORDER BY id')
  const ended = db.prepare<[number], Row>(
    'SELECT * FROM jobs WHERE ended_at IS NOT NULL ORDER BY ended_at DESC, id DESC LIMIT ?',
  )
  const lastOf = db.prepare<[string, string], Row>(
    `SELECT * FROM jobs WHERE kind = ? AND subject = ? AND ended_at IS NOT NULL
     ORDER BY id DESC LIMIT 1`,
  )
  const begun = db.prepare<[string, string], { at: number | null }>(
    'SELECT max(started_at) AS at FROM jobs WHERE kind = ? AND subject = ?',
  )
  const times = db.prepare<[string, string, number], { took: number }>(
    `SELECT ended_at - started_at AS took FROM jobs WHERE kind = ? AND subject = ? AND ok = 1
     ORDER BY id DESC LIMIT ?`,
  )
  const setNotice = db.prepare('UPDATE jobs SET notice = ? WHERE id = ?')
  const setMemory = db.prepare('UPDATE jobs SET memory = ? WHERE id = ?')
  const setEnd = db.prepare(
    'UPDATE jobs SET ended_at = ?, outcome = ?, ok = ?, ending = ? WHERE id = ?',
  )
  return {
    ...stepStore(db),
    begin(
      draft: Pick<StoredJob, 'kind' | 'subject' | 'about' | 'memory' | 'startedAt'> & {
        readonly by: string | null
        /** The confirmation that ordered it. */
        readonly token: string | null
      },
    ): number {
      const { about, memory, ...rest } = draft
      const json = { about: JSON.stringify(about), memory: JSON.stringify(memory) }
      return Number(insert.run({ ...rest, ...json }).lastInsertRowid)
    },
    get: (id: number): StoredJob | undefined => {
      const row = one.get(id)
      return row && fromRow(row)
    },
    hasToken: (token: string): boolean => byToken.get(token) !== undefined,
    open: (): readonly StoredJob[] => open.all().map(fromRow),
    /** Newest end first. */
    ended: (limit: number): readonly StoredJob[] => ended.all(limit).map(fromRow),
    /** The newest of a kind and subject that has ended. */
    lastOf: (kind: string, subject: string): StoredJob | undefined => {
      const row = lastOf.get(kind, subject)
      return row && fromRow(row)
    },
    /** When one of a kind and subject was begun last, epoch milliseconds; null: never. */
    begunAt: (kind: string, subject: string): number | null => begun.get(kind, subject)?.at ?? null,
    /** How many milliseconds the last ones took that went well. */
    times: (kind: string, subject: string, limit: number): readonly number[] =>
      times.all(kind, subject, limit).map(({ took }) => Math.max(0, took)),
    setNotice: (id: number, notice: number): void => void setNotice.run(notice, id),
    remember: (id: number, memory: StoredJob['memory']): void =>
      void setMemory.run(JSON.stringify(memory), id),
    end: (id: number, at: number, end: JobEnd): void =>
      void setEnd.run(at, end.outcome, Number(end.ok), JSON.stringify(end), id),
  }
}

function stepStore(db: Db) {
  const begin = db.prepare(
    `INSERT INTO job_steps (job, number, step, begun_at, output) VALUES (?, ?, ?, ?, '')`,
  )
  const end = db.prepare(
    `INSERT INTO job_steps (job, number, step, begun_at, ended_at, ended, why, output)
     VALUES (@job, @number, @step, @begunAt, @endedAt, @end, @why, @output)
     ON CONFLICT (job, number) DO UPDATE SET ended_at = excluded.ended_at, ended = excluded.ended,
       why = excluded.why, output = excluded.output`,
  )
  const all = db.prepare<[number], StepRow>(
    `SELECT number, step, begun_at, ended_at, ended, why FROM job_steps
     WHERE job = ? ORDER BY number`,
  )
  const outputs = db.prepare<[number], { number: number; output: string }>(
    `SELECT number, output FROM job_steps WHERE job = ? ORDER BY number`,
  )
  return {
    beginStep: (job: number, number: number, step: string, at: number): void =>
      void begin.run(job, number, step, at),
    /** Also of a step whose beginning could not be written down. */
    endStep: (job: number, number: number, { why, ...ended }: EndedStep): void =>
      void end.run({ ...ended, job, number, why: why ?? null }),
    steps: (job: number): readonly StoredStep[] => all.all(job).map(fromStepRow),
    /** What was kept of each step's output, by its number. */
    outputs: (job: number): ReadonlyMap<number, string> =>
      new Map(outputs.all(job).map(({ number, output }) => [number, output])),
  }
}
