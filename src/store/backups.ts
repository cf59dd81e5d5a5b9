import type { Text } from '../contract/message.ts'
import type { Db } from './open.ts'

/**
 * What a run came to. good: listed, whole and plausible · doubtful: there, but smaller or poorer than
 * the last ones, so that nothing was removed for it · failed: there is nothing.
 */
export type Verdict = 'good' | 'doubtful' | 'failed'

/** One run of a backup. All times are epoch milliseconds. */
export interface BackupRun {
  readonly id: number
  readonly backup: string
  readonly job: number
  readonly beganAt: number
  readonly endedAt: number
  /** It holds what a restore was about to replace, and counts as no run of the backup's own. */
  readonly safety: boolean
  readonly verdict: Verdict
  /** Why it is not good. */
  readonly why: string | null
  /** All digits; null where there is none. */
  readonly snapshot: string | null
  /** Of the data in it. */
  readonly at: number | null
  readonly bytes: number | null
  readonly added: number | null
  readonly files: number | null
  /** Absolute paths that it holds. */
  readonly sources: readonly string[]
  /** Rows of each table. */
  readonly counts: Readonly<Record<string, number>>
  /** The address of the repository, as it may be shown; null where nothing was put there. */
  readonly repository: string | null
}

/** One trial of a backup. */
export interface BackupProof {
  readonly id: number
  readonly backup: string
  readonly job: number
  readonly kind: 'drill' | 'verify'
  readonly at: number
  readonly ok: boolean
  readonly snapshot: string | null
  /** Of a rotating check: which part was read. */
  readonly part: number | null
  /** Milliseconds. */
  readonly rto: number | null
  readonly rpo: number | null
  /** What was seen, in words. */
  readonly text: Text
}

interface RunRow {
  id: number
  backup: string
  job: number
  began_at: number
  ended_at: number
  safety: number
  verdict: Verdict
  why: string | null
  snapshot: string | null
  at: number | null
  bytes: number | null
  added: number | null
  files: number | null
  sources: string
  counts: string
  repository: string | null
}

interface ProofRow {
  id: number
  backup: string
  job: number
  kind: 'drill' | 'verify'
  at: number
  ok: number
  snapshot: string | null
  part: number | null
  rto: number | null
  rpo: number | null
  detail: string
}

const runOf = ({
  began_at: beganAt,
  ended_at: endedAt,
  safety,
  sources,
  counts,
  ...row
}: RunRow): BackupRun => ({
  ...row,
  beganAt,
  endedAt,
  safety: safety === 1,
  sources: JSON.parse(sources) as readonly string[],
  counts: JSON.parse(counts) as BackupRun['counts'],
})

const proofOf = ({ ok, detail, ...row }: ProofRow): BackupProof => ({
  ...row,
  ok: ok === 1,
  text: JSON.parse(detail) as Text,
})

export type Backups = ReturnType<typeof backupStore>

/** What backups came to, and what trying them out did. */
export function backupStore(db: Db) {
  const know = db.prepare<[string, number]>(
    'INSERT INTO backups (name, known) VALUES (?, ?) ON CONFLICT DO NOTHING',
  )
  const known = db.prepare<[string], number>('SELECT known FROM backups WHERE name = ?').pluck()
  const addRun = db.prepare(
    `INSERT INTO backup_runs (backup, job, began_at, ended_at, safety, verdict, why, snapshot, at, bytes,
       added, files, sources, counts, repository)
     VALUES (@backup, @job, @beganAt, @endedAt, @safety, @verdict, @why, @snapshot, @at, @bytes,
       @added, @files, @sources, @counts, @repository)`,
  )
  const runs = db.prepare<[string, number], RunRow>(
    'SELECT * FROM backup_runs WHERE backup = ? ORDER BY id DESC LIMIT ?',
  )
  const own = db.prepare<[string, number], RunRow>(
    'SELECT * FROM backup_runs WHERE backup = ? AND safety = 0 ORDER BY id DESC LIMIT ?',
  )
  const good = db.prepare<[string, number], RunRow>(
    `SELECT * FROM backup_runs WHERE backup = ? AND safety = 0 AND verdict = 'good'
     ORDER BY id DESC LIMIT ?`,
  )
  const goodSnapshots = db
    .prepare<[string], string>(
      `SELECT snapshot FROM backup_runs WHERE backup = ? AND safety = 0 AND verdict = 'good'`,
    )
    .pluck()
  const used = db
    .prepare<[string, string], number>(
      `SELECT 1 FROM backup_runs WHERE backup = ? AND verdict = 'good' AND repository = ? LIMIT 1`,
    )
    .pluck()
  const accept = db.prepare<[string, string]>(
    `UPDATE backup_runs SET verdict = 'good' WHERE backup = ? AND snapshot = ? AND safety = 0
       AND verdict = 'doubtful'`,
  )
  const addProof = db.prepare(
    `INSERT INTO backup_proofs (backup, job, kind, at, ok, snapshot, part, rto, rpo, detail)
     VALUES (@backup, @job, @kind, @at, @ok, @snapshot, @part, @rto, @rpo, @detail)`,
  )
  const lastProof = db.prepare<[string, string], ProofRow>(
    'SELECT * FROM backup_proofs WHERE backup = ? AND kind = ? ORDER BY id DESC LIMIT 1',
  )
  const lastProven = db.prepare<[string, string], ProofRow>(
    'SELECT * FROM backup_proofs WHERE backup = ? AND kind = ? AND ok = 1 ORDER BY id DESC LIMIT 1',
  )
  return {
    /** Notes when it was first configured. */
    know: (name: string, at: number): void => void know.run(name, at),
    /** When it was first configured; undefined where that was never noted. */
    known: (name: string): number | undefined => known.get(name),
    addRun(run: Omit<BackupRun, 'id'>): void {
      const { safety, sources, counts } = run
      addRun.run({
        ...run,
        safety: Number(safety),
        sources: JSON.stringify(sources),
        counts: JSON.stringify(counts),
      })
    },
    /** Newest first; those before restores too. */
    runs: (name: string, limit: number): readonly BackupRun[] => runs.all(name, limit).map(runOf),
    /** Those of the backup's own, newest first. */
    own: (name: string, limit: number): readonly BackupRun[] => own.all(name, limit).map(runOf),
    /** The good ones of its own, newest first. */
    good: (name: string, limit: number): readonly BackupRun[] => good.all(name, limit).map(runOf),
    /** The snapshots of all of those, by their whole ids. */
    goodSnapshots: (name: string): ReadonlySet<string> => new Set(goodSnapshots.all(name)),
    /** A good run has gone to that repository, by its address as it may be shown. */
    used: (name: string, repository: string): boolean => used.get(name, repository) !== undefined,
    /** A person says that a doubtful one is as it should be; why it was doubted stays. False: there is none. */
    accept: (name: string, snapshot: string): boolean => accept.run(name, snapshot).changes > 0,
    addProof({ text, ok, ...proof }: Omit<BackupProof, 'id'>): void {
      addProof.run({ ...proof, ok: Number(ok), detail: JSON.stringify(text) })
    },
    lastProof(name: string, kind: BackupProof['kind']): BackupProof | undefined {
      const row = lastProof.get(name, kind)
      return row && proofOf(row)
    },
    /** The last one that went well. */
    lastProven(name: string, kind: BackupProof['kind']): BackupProof | undefined {
      const row = lastProven.get(name, kind)
      return row && proofOf(row)
    },
  }
}
