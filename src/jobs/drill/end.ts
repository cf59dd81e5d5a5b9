import { type Block, line, roughly, t } from '../../contract/message.ts'
import type { CourseEnd } from '../../core/backup/course.ts'
import { shortId } from '../../core/backup/snapshot.ts'
import { endless, whyText } from '../../core/say/why.ts'
import type { JobEnd } from '../../flow/jobs/kind.ts'
import { trialEnd } from '../backup/trial-end.ts'
import type { DrillMemory } from './memory.ts'

/** Further problems that are shown. */
const mostMore = 4

function cardOf({ chosen, rto, rpo, seen }: DrillMemory): Block[] {
  if (chosen === null) return []
  const { snapshot, bytes, files } = chosen
  const size = { value: bytes, unit: 'bytes' } as const
  const code = { code: shortId(snapshot) }
  return [
    line('drill-job-restored', { snapshot: code, size, files }),
    line('drill-job-times', { rto: roughly(rto), rpo: roughly(rpo) }),
    ...seen.map((text): Block => ({ line: text })),
  ]
}

function unproven(memory: DrillMemory, notes: readonly Block[]): JobEnd {
  const { backup: name, problems, damage } = memory
  const [first = '', ...rest] = problems.map(endless)
  return {
    outcome: 'unproven',
    ok: false,
    severity: 'warning',
    text: t('drill-job-unproven', { name, why: first }),
    more: [
      ...rest.slice(0, mostMore).map((why) => line('drill-job-unproven-more', { why })),
      ...cardOf({ ...memory, seen: [] }).slice(0, 1),
      damage === null
        ? line('drill-job-unproven-advice', { name })
        : line('advice', { advice: damage.advice }),
      ...notes,
    ],
  }
}

/** How a drill ended: a card with what was measured, or why the backup cannot be trusted. */
export function drillEnd(memory: DrillMemory, end: CourseEnd): JobEnd {
  const { backup: name, problems } = memory
  if (end.outcome !== 'done')
    return trialEnd('drill', (outcome) => `drill-job-${outcome}`, name, end)
  const notes = end.notes.map((note) => line('backup-job-note', { why: whyText(note) }))
  if (problems.length > 0) return unproven(memory, notes)
  return {
    outcome: 'proven',
    ok: true,
    severity: notes.length > 0 ? 'warning' : 'info',
    text: t('drill-job-done', { name }),
    more: [...cardOf(memory), ...notes],
  }
}
