import type { BackupView, ProofView } from '../../src/contract/backup.ts'
import type { IncidentView } from '../../src/contract/view.ts'
import { gap, line, roughly, t } from '../../src/contract/message.ts'
import type { Block, Text } from '../../src/contract/message.ts'
import { formatSize } from '../../src/contract/units.ts'

/** good: proven · doubtful: not proven yet, or its last run was not good · bad: not to be relied on. */
export type Light = 'good' | 'doubtful' | 'bad'

/** What a backup looks like from afar: how far it may be trusted, and what is wrong with it now. */
export function lightOf(
  { name, trust, failure }: BackupView,
  open: readonly IncidentView[],
): Light {
  const wrong = open.filter(({ check }) => check === name)
  if (wrong.some(({ severity }) => severity === 'critical')) return 'bad'
  if (trust === 'none' || trust === 'failed' || trust === 'overdue') return 'bad'
  const calm = wrong.length === 0 && failure === undefined && trust === 'proven'
  return calm ? 'good' : 'doubtful'
}

/** Something is wrong with it, other than that nobody has proven it yet. */
export const isWrong = (backup: BackupView, open: readonly IncidentView[]): boolean =>
  lightOf(backup, open) === 'bad' ||
  backup.failure !== undefined ||
  open.some(({ check }) => check === backup.name)

const lights: readonly Light[] = ['bad', 'doubtful', 'good']

/** What is wrong first: of a long list the end is cut off. */
export const worstFirst = (
  all: readonly BackupView[],
  open: readonly IncidentView[],
): readonly BackupView[] => {
  const rank = (one: BackupView): number => lights.indexOf(lightOf(one, open))
  return all.toSorted((a, b) => rank(a) - rank(b))
}

const span = (from: number, now: number) => ({ span: Math.max(0, now - from) })

/** How far it may be trusted, in words. */
function trustOf({ trust, drill }: BackupView, now: number): Text {
  if (trust === 'failed')
    return t(drill?.ok === false ? 'backup-drill-failed' : 'backup-verify-failed')
  if (!drill) return t(trust === 'overdue' ? 'backup-never-proven' : 'backup-unproven')
  const ago = span(drill.at, now)
  return t(trust === 'overdue' ? 'backup-proof-old' : 'backup-proven', { ago })
}

/** One line: its light, age, size, proof, and when it runs next. */
export function backupLine(backup: BackupView, open: readonly IncidentView[], now: number): Text {
  const { name, newest, next, running, failure } = backup
  const light = lightOf(backup, open)
  const head = newest
    ? t('backup-line', {
        light,
        name,
        age: span(newest.at, now),
        size: formatSize(newest.bytes),
        trust: trustOf(backup, now),
      })
    : t(backup.trust === 'new' ? 'backup-line-new' : 'backup-line-none', { light, name })
  const failed = failure ? t('backup-line-failed', { head, at: fullTime(failure.at) }) : head
  if (running) return t('backup-line-running', { head: failed })
  return next === null ? failed : t('backup-line-next', { head: failed, next: fullTime(next) })
}

const fullTime = (time: number) => ({ time, style: 'full' }) as const

function proofBlocks({ kind, ok, at, text, rto, rpo }: ProofView): readonly Block[] {
  const args = { kind, ok: ok ? 'yes' : 'no', at: fullTime(at), text } as const
  const measured =
    rto !== undefined && rpo !== undefined
      ? [line('backup-measured', { rto: roughly(rto), rpo: roughly(rpo) })]
      : []
  return [line('backup-proof', args), ...measured]
}

const lagLine = ({ lag, trouble }: BackupView): readonly Block[] => {
  if (trouble !== undefined) return [line('backup-replica-trouble', { why: trouble })]
  if (lag === undefined) return []
  return [lag === null ? line('backup-lag-unknown') : line('backup-lag', { lag: { span: lag } })]
}

/** Everything about one backup. */
export function backupCard(
  backup: BackupView,
  open: readonly IncidentView[],
  now: number,
): readonly Block[] {
  const { name, source, repository, newest, failure, drill, verify, running, trust } = backup
  return [
    line('backup-title', { light: lightOf(backup, open), name, source }),
    line('backup-repository', { repository: { code: repository } }),
    newest
      ? line('backup-snapshot', {
          at: fullTime(newest.at),
          age: span(newest.at, now),
          size: formatSize(newest.bytes),
          id: { code: newest.id },
        })
      : line(trust === 'new' ? 'backup-not-taken-yet' : 'backup-no-snapshot-yet'),
    ...(failure ? [line('backup-failure', { at: fullTime(failure.at), why: failure.why })] : []),
    gap,
    ...(drill ? proofBlocks(drill) : []),
    ...(newest && !drill ? [line('backup-never-drilled', { name })] : []),
    ...(verify ? proofBlocks(verify) : []),
    ...lagLine(backup),
    ...(running ? [line('backup-is-running')] : []),
    nextLine(backup),
  ]
}

function nextLine({ next, scheduled }: BackupView): Block {
  if (next !== null) return line('backup-next', { next: fullTime(next) })
  return line(scheduled ? 'backup-unapplied' : 'backup-unscheduled')
}
