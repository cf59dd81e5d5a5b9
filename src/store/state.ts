import type { SubjectState } from '../core/subject.ts'
import { type Db, unhurried } from './open.ts'

/** Single named values: when the bot was last alive, until when the summary was told. */
export function metaStore(db: Db) {
  const get = db.prepare<[string], { value: string }>('SELECT value FROM meta WHERE name = ?')
  const set = db.prepare<[string, string]>(
    'INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  )
  const clear = db.prepare<[string]>('DELETE FROM meta WHERE name = ?')
  return {
    number: (name: string): number | null => {
      const row = get.get(name)
      return row === undefined ? null : Number(row.value)
    },
    text: (name: string): string | null => get.get(name)?.value ?? null,
    setText: (name: string, value: string): void => void set.run(name, value),
    set: (name: string, value: number): void => void set.run(name, String(value)),
    /** As `set`, for what is written every few seconds: a power cut may take the last one back. */
    note: (name: string, value: number): void =>
      void unhurried(db, () => set.run(name, String(value))),
    clear: (name: string): void => void clear.run(name),
  }
}

export interface StoredSubject {
  readonly subject: string
  /** Epoch milliseconds of the run that left it so. */
  readonly at: number
  readonly state: SubjectState
}

/** What is remembered of subjects that are not calm. */
export function subjectStore(db: Db) {
  const ofTarget = db.prepare<[string], { key: string; at: number; state: string }>(
    'SELECT key, at, state FROM subjects WHERE target = ?',
  )
  const put = db.prepare<[string, string, number, string]>(
    `INSERT INTO subjects VALUES (?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET at = excluded.at, state = excluded.state`,
  )
  const drop = db.prepare<[string]>('DELETE FROM subjects WHERE key = ?')
  const keyOf = (target: string, subject: string): string => `${target}\u001f${subject}`
  return {
    of: (target: string): readonly StoredSubject[] =>
      ofTarget.all(target).map(({ key, at, state }) => ({
        subject: key.slice(target.length + 1),
        at,
        state: JSON.parse(state) as SubjectState,
      })),
    put: (target: string, subject: string, at: number, state: SubjectState): void => {
      if (Object.keys(state).length === 0) drop.run(keyOf(target, subject))
      else put.run(keyOf(target, subject), target, at, JSON.stringify(state))
    },
  }
}
