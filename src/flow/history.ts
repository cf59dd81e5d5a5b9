import type { HistoryLine } from '../contract/view.ts'
import { isOpen } from '../core/incident.ts'
import { endedLine, headline } from '../core/say/incident.ts'
import type { Context } from './context.ts'

/** What happened lately, newest first: incidents, and how jobs ended. */
export function historyOf({ store }: Context, limit: number): readonly HistoryLine[] {
  const incidents = store.incidents.recent(limit).map((incident) => ({
    at: incident.endedAt ?? incident.openedAt,
    text: isOpen(incident) ? headline(incident) : endedLine(incident),
  }))
  const jobs = store.jobs
    .ended(limit)
    .flatMap(({ endedAt, end }) =>
      endedAt === null || !end ? [] : [{ at: endedAt, text: end.text }],
    )
  if (jobs.length === 0) return incidents
  return [...incidents, ...jobs].toSorted((a, b) => b.at - a.at).slice(0, limit)
}
