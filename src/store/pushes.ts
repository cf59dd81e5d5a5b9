import type { Db } from './open.ts'

/** A commit that a webhook told of, and what was done about it. */
export interface StoredPush {
  readonly commit: string
  /** When it was taken up last, epoch milliseconds. */
  readonly at: number
  /** The message that offers it; null: it was deployed without asking. */
  readonly notice: number | null
}

interface Row {
  commit_id: string
  at: number
  notice: number | null
}

const fromRow = ({ commit_id: commit, ...row }: Row): StoredPush => ({ commit, ...row })

/** The commits that were taken up, each once. */
export function pushStore(db: Db) {
  const put = db.prepare<[string, string, number, number | null]>(
    `INSERT INTO pushes VALUES (?, ?, ?, ?)
     ON CONFLICT (service, commit_id) DO UPDATE SET at = excluded.at, notice = excluded.notice`,
  )
  const last = db.prepare<[string], Row>(
    'SELECT * FROM pushes WHERE service = ? ORDER BY at DESC LIMIT 1',
  )
  const known = db.prepare<[string, string]>(
    'SELECT 1 FROM pushes WHERE service = ? AND commit_id = ?',
  )
  return {
    put: (service: string, { commit, at, notice }: StoredPush): void =>
      void put.run(service, commit, at, notice),
    last: (service: string): StoredPush | undefined => {
      const row = last.get(service)
      return row && fromRow(row)
    },
    known: (service: string, commit: string): boolean => known.get(service, commit) !== undefined,
  }
}
