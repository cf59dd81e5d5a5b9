import { line, t } from '../../contract/message.ts'
import type { CourseEnd } from '../../core/backup/course.ts'
import { whyText } from '../../core/say/why.ts'
import type { JobEnd } from '../../flow/jobs/kind.ts'

/** A trial that came to no verdict: the backup may be as good as ever. */
export function trialEnd(
  word: 'verify' | 'drill',
  id: (outcome: CourseEnd['outcome']) => string,
  name: string,
  end: CourseEnd,
): JobEnd {
  return {
    outcome: end.outcome,
    ok: false,
    severity: end.outcome === 'cancelled' ? 'info' : 'warning',
    text: t(id(end.outcome), { name, why: whyText(end.cause) }),
    more: [
      line('trial-job-nothing', { name, word }),
      ...end.notes.map((note) => line('backup-job-note', { why: whyText(note) })),
    ],
  }
}
