import { dirname } from 'node:path'
import { shownAddress } from '../../backup/restic/address.ts'
import type { Restic } from '../../backup/restic/restic.ts'
import type { Entry, Snapshot, Summary } from '../../backup/restic/types.ts'
import type { Staged } from '../../backup/source.ts'
import { OperatorError } from '../../contract/error.ts'
import { formatSize } from '../../contract/units.ts'
import { doubtOf } from '../../core/backup/plausible.ts'
import { shortId } from '../../core/backup/snapshot.ts'
import type { JobStep, StepContext } from '../../flow/jobs/kind.ts'
import type { BackupRun } from '../../store/backups.ts'
import { outdatedOf } from './closing.ts'
import type { BackupMemory } from './memory.ts'
import { type Reach, reachOf } from './reach.ts'
import { remaining } from './time.ts'

/** Good runs that say what is usual. */
const compared = 5
/** Sources that are named where they are missing. */
const mostNamed = 3

/** What the snapshot has of the paths that it must hold: what lies in their directories, at one go. */
async function heldOf(
  restic: Restic,
  snapshot: string,
  expected: readonly string[],
): Promise<ReadonlyMap<string, Entry>> {
  const directories = [...new Set(expected.map((path) => dirname(path)))]
  const entries = await restic.entries(snapshot, directories)
  return new Map(entries.map((entry) => [entry.path, entry]))
}

/** A source that it does not hold, or a copy that is not as long as it was made. */
async function lackOf(
  { restic }: Reach,
  snapshot: string,
  { expected, bytes }: Staged,
): Promise<string | null> {
  const held = await heldOf(restic, snapshot, expected)
  const missing = expected.filter((path) => !held.has(path))
  if (missing.length > 0) return `It does not hold ${missing.slice(0, mostNamed).join(', ')}`
  const size = expected.reduce((sum, path) => sum + (held.get(path)?.size ?? 0), 0)
  if (bytes === 0 || size === bytes) return null
  return `It holds ${formatSize(size)} of a copy of ${formatSize(bytes)}`
}

/** What a person has accepted is how it is from then on: nothing before is compared. */
function comparable(runs: readonly BackupRun[]): readonly BackupRun[] {
  const accepted = runs.findIndex(({ verdict, why }) => verdict === 'good' && why !== null)
  return accepted < 0 ? runs : runs.slice(0, accepted + 1)
}

const contentsOf = ({ bytes, files, counts }: BackupRun) => ({
  bytes: bytes ?? 0,
  files: files ?? 0,
  counts,
})

/** Why the snapshot is doubted; null: it is good. */
async function judge(
  memory: BackupMemory,
  { summary, staged }: { readonly summary: Summary; readonly staged: Staged },
  context: StepContext<BackupMemory>,
): Promise<string | null> {
  if (memory.unread !== null) return memory.unread
  const reach = reachOf(memory.backup, 'backup', context)
  const lack = await lackOf(reach, summary.snapshot, staged)
  if (lack !== null) return lack
  const before = comparable(context.backups.good(memory.backup, compared)).map(contentsOf)
  const { kind } = reach.config.source
  const { counts, uncounted } = staged
  const now = { bytes: summary.bytes, files: summary.files, counts, uncounted }
  const doubt = doubtOf(now, before, kind === 'postgres' || kind === 'sqlite')
  return doubt === null ? null : `It ${doubt}`
}

function write(
  { backup, began, safety }: BackupMemory,
  { summary, staged }: { readonly summary: Summary; readonly staged: Staged },
  doubt: string | null,
  { backups, job, now, backup: configOf }: StepContext<BackupMemory>,
): void {
  const { snapshot, bytes, added, files } = summary
  // Judged before, and cut short before that was remembered.
  if (backups.runs(backup, 1)[0]?.snapshot === snapshot) return
  backups.addRun({
    backup,
    job,
    beganAt: began,
    endedAt: now(),
    safety,
    verdict: doubt === null ? 'good' : 'doubtful',
    why: doubt,
    snapshot,
    bytes,
    added,
    files,
    at: staged.at,
    sources: staged.expected,
    counts: staged.counts,
    repository: shownAddress(configOf(backup).repository),
  })
}

/** All digits of its id. @throws OperatorError unless it is there for others to see */
function idIn(listed: readonly Snapshot[], { snapshot }: Summary): string {
  const found = listed.findLast(({ id }) => id.startsWith(snapshot))
  if (found) return found.id
  throw new OperatorError(
    `restic made the snapshot ${shortId(snapshot)}, but the repository does not list it`,
    'See who else removes snapshots there.',
  )
}

/** A run counts only when its snapshot is listed, holds every source, and is what is to be expected. */
export const confirmStep: JobStep<BackupMemory> = {
  timeout: remaining,
  async run(memory, context) {
    const { staged } = memory
    if (memory.summary === null || staged === null) throw new OperatorError('there is no snapshot')
    const { restic } = reachOf(memory.backup, 'backup', context)
    const listed = await restic.snapshots()
    const snapshot = idIn(listed, memory.summary)
    const summary = { ...memory.summary, snapshot }
    const earlier = context.backups.runs(memory.backup, 1)[0]
    const again = earlier?.snapshot === snapshot ? earlier : null
    const doubt = again ? again.why : await judge(memory, { summary, staged }, context)
    const clean = doubt === null ? null : context.redact(doubt)
    write(memory, { summary, staged }, clean, context)
    if (clean !== null) return { verdict: 'doubtful', doubt: clean, snapshot }
    const outdated = await outdatedOf(memory, listed, context)
    return { verdict: 'good', doubt: null, snapshot, outdated }
  },
}
