import type { Press } from '../../src/contract/handler.ts'
import { t, verbatim } from '../../src/contract/message.ts'
import type { Text } from '../../src/contract/message.ts'
import { bySeverity } from '../../src/contract/severity.ts'
import type { Severity } from '../../src/contract/severity.ts'
import type { IncidentView } from '../../src/contract/view.ts'

/** How incidents are named wherever several are listed. */

export const marks: Readonly<Record<Severity, string>> = {
  critical: '🔴',
  warning: '🟠',
  info: '🔵',
}

/** "disk /home on edge"; this machine goes without saying. */
export function nameOf(thing: {
  readonly check: string
  readonly subject: string
  readonly host: string
}): Text {
  const name = thing.subject === '' ? thing.check : `${thing.check} ${thing.subject}`
  return thing.host === 'main' ? verbatim(name) : t('on-host', { name, host: thing.host })
}

/** What is wrong, in a few words. */
export function whatOf(incident: IncidentView): Text {
  const { cause, value, unit, threshold, saw } = incident
  if (cause === 'unknown') return t('what-unknown', { why: saw ?? '?' })
  if (cause === 'stopped') return t('what-stopped')
  if (typeof value !== 'number' || unit === undefined || unit === 'flag') {
    return saw === undefined ? t('what-bad', { means: meansOf(incident) }) : verbatim(saw)
  }
  const means = meansOf(incident)
  return t('what-value', { means, value: { value, unit }, threshold: threshold ?? '' })
}

const meansOf = ({ means, metric }: IncidentView): string => means ?? metric ?? '?'

/** One line for lists: how bad, what, since when, and who has taken it. */
export function incidentLine(incident: IncidentView): Text {
  const { severity, acknowledged, openedAt } = incident
  const line = t('incident-line', {
    mark: marks[severity],
    name: nameOf(incident),
    what: whatOf(incident),
    since: { time: openedAt },
  })
  return acknowledged ? t('incident-line-taken', { line, by: acknowledged.by }) : line
}

/** The worst first, then the oldest. */
export const worstFirst = (incidents: readonly IncidentView[]): readonly IncidentView[] =>
  incidents.toSorted((a, b) => bySeverity(b.severity, a.severity) || a.openedAt - b.openedAt)

/** The open incident that a button belongs to; otherwise says over the button that it is over. */
export function openOf(press: Press): IncidentView | undefined {
  const incident = press.house.incident(Number(press.arg))
  if (incident && incident.endedAt === undefined) return incident
  press.answer(incident ? t('incident-over', { name: nameOf(incident) }) : t('incident-unknown'))
  return undefined
}

/** An incident with all that is told in the same message. */
export function allOf(press: Press, incident: IncidentView): readonly IncidentView[] {
  const others = press.house.together(incident.id).filter(({ id }) => id !== incident.id)
  return [incident, ...others]
}
