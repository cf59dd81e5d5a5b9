import type { BackupSource } from '../../config/types.ts'
import type { BackupView, ProofView, SnapshotView } from '../../contract/backup.ts'
import { shortId } from '../../core/backup/snapshot.ts'
import type { BackupProof, BackupRun } from '../../store/backups.ts'
import type { Context } from '../context.ts'
import { keyOf } from '../views.ts'
import type { Known } from './knowing.ts'

/** Kinds of jobs that are about a backup. */
const kinds: ReadonlySet<string> = new Set(['backup', 'verify', 'drill', 'unlock', 'restore'])

/** '' where the address does not name it, or cannot be read. */
function databaseIn(url: string): string {
  try {
    return decodeURIComponent(URL.parse(url)?.pathname.slice(1) ?? '')
  } catch {
    return ''
  }
}

/** "PostgreSQL app", "2 paths". */
export function sourceWords(source: BackupSource): string {
  if (source.kind === 'postgres') return `PostgreSQL ${databaseIn(source.url)}`.trim()
  if (source.kind === 'sqlite') return `SQLite ${source.path}`
  if (source.kind === 'self') return 'my own state'
  const [only] = source.paths
  return only !== undefined && source.paths.length === 1 ? only : `${source.paths.length} paths`
}

export const snapshotOf = (run: BackupRun): SnapshotView & { readonly bytes: number } => ({
  id: shortId(run.snapshot ?? ''),
  at: run.at ?? run.endedAt,
  bytes: run.bytes ?? 0,
  ...(run.safety && { safety: true }),
  ...(run.verdict === 'doubtful' && { doubt: run.why ?? '' }),
})

const proofOf = ({ kind, at, ok, text, rto, rpo }: BackupProof): ProofView => ({
  kind,
  at,
  ok,
  text,
  ...(rto !== null && { rto }),
  ...(rpo !== null && { rpo }),
})

/** A backup as it stands. `next`: when it runs by schedule. */
export function backupView(
  { store, redact }: Context,
  { config, newest, failed, trust, drill, verify, lag, trouble }: Known,
  next: number | null,
): BackupView {
  const { name, source, repository, schedule, continuous, stanza } = config
  return {
    name,
    key: keyOf(name),
    source: redact(sourceWords(source)),
    repository: redact(repository),
    ...(newest && { newest: snapshotOf(newest) }),
    trust,
    ...(drill && { drill: proofOf(drill) }),
    ...(verify && { verify: proofOf(verify) }),
    ...(failed && { failure: { at: failed.endedAt, why: failed.why ?? '' } }),
    scheduled: schedule !== undefined,
    next,
    running: store.jobs.open().some((job) => kinds.has(job.kind) && job.subject === name),
    points: continuous !== undefined || stanza !== undefined,
    ...(lag !== undefined && { lag }),
    ...(trouble !== undefined && { trouble: redact(trouble) }),
  }
}
