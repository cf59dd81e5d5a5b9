import { type Block, type Button, line, t } from '../../contract/message.ts'
import type { CourseEnd } from '../../core/backup/course.ts'
import { shortId } from '../../core/backup/snapshot.ts'
import { endless, whyText } from '../../core/say/why.ts'
import type { JobEnd } from '../../flow/jobs/kind.ts'
import type { BackupMemory } from './memory.ts'

function stuckLines({ stop }: BackupMemory, { stuck }: CourseEnd): Block[] {
  const service = stop ?? ''
  return stuck.flatMap((passed) => [
    line('backup-job-stuck', { service, why: whyText(passed) }),
    line('backup-job-stuck-advice', { service }),
  ])
}

const below = ({ notes, tries }: CourseEnd): Block[] => [
  ...notes.map((note) => line('backup-job-note', { why: whyText(note) })),
  ...(tries > 1 ? [line('backup-job-tries', { tries })] : []),
]

/** Somebody has to come at once where a service is down for it. */
const severity = (end: CourseEnd, otherwise: 'info' | 'warning') => ({
  severity: end.stuck.length > 0 ? ('critical' as const) : otherwise,
})

const acceptButton = ({ backup, snapshot }: BackupMemory): Button => ({
  label: t('backup-job-accept'),
  press: `backup-accept:${backup}:${shortId(snapshot ?? '')}`,
})

function doubtful(memory: BackupMemory, end: CourseEnd): JobEnd {
  const { backup: name, doubt, safety } = memory
  return {
    outcome: 'doubtful',
    ok: false,
    ...severity(end, 'warning'),
    text: t('backup-job-doubtful', { name, why: endless(doubt) }),
    ...(!safety && { buttons: [acceptButton(memory)] }),
    more: [
      ...stuckLines(memory, end),
      ...(safety ? [] : [line('backup-job-doubtful-advice')]),
      ...below(end),
    ],
  }
}

function good(memory: BackupMemory, end: CourseEnd): JobEnd {
  const { backup: name, summary, made, removed } = memory
  const bytes = (value: number) => ({ value, unit: 'bytes' }) as const
  const { bytes: size = 0, added = 0, files = 0 } = summary ?? {}
  return {
    outcome: 'backed-up',
    ok: true,
    ...severity(end, made || end.notes.length > 0 ? 'warning' : 'info'),
    text: t('backup-job-done', { name, size: bytes(size), added: bytes(added), files }),
    more: [
      ...stuckLines(memory, end),
      ...(made ? [line('backup-job-made')] : []),
      ...(removed > 0 ? [line('backup-job-removed', { removed })] : []),
      ...below(end),
    ],
  }
}

/** How a backup ended, in words. */
export function backupEnd(memory: BackupMemory, end: CourseEnd): JobEnd {
  if (end.outcome === 'done')
    return memory.verdict === 'doubtful' ? doubtful(memory, end) : good(memory, end)
  const { backup: name } = memory
  return {
    outcome: end.outcome,
    ok: false,
    ...severity(end, end.outcome === 'cancelled' ? 'info' : 'warning'),
    text: t(`backup-job-${end.outcome}`, { name, why: whyText(end.cause) }),
    more: [...stuckLines(memory, end), line('backup-job-again', { name }), ...below(end)],
  }
}
