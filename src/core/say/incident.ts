import {
  type Arg,
  type Block,
  type Button,
  gap,
  line,
  type Message,
  type Text,
  t,
} from '../../contract/message.ts'
import type { Incident } from '../incident.ts'

/** What the config adds to an incident's message. */
export interface Guidance {
  readonly advice?: Text
  readonly runbook?: string
  /** The check has a fix of its own beside a service's restart. */
  readonly fixable: boolean
}

const icon = (incident: Incident): string =>
  incident.cause === 'stopped'
    ? '⏸'
    : { critical: '🔴', warning: '🟠', info: '🔵' }[incident.severity]

/** "web", "disk /var", "disk / on edge": which thing it is. */
export function nameOf(incident: Pick<Incident, 'check' | 'host' | 'subject'>): Text {
  const { check, host, subject } = incident
  const parts = [subject === '' ? '' : '-subject', host === 'main' ? '' : '-host']
  return t(`incident-name${parts.join('')}`, { check, host, subject })
}

const condition = (incident: Incident, tense: 'is' | 'was' = 'is'): Text =>
  incident.cause === 'threshold'
    ? t(incident.unit === 'flag' ? 'condition-flag' : 'condition-number', {
        tense,
        metric: incident.metric,
        value: { value: incident.value, unit: incident.unit },
        threshold: incident.threshold,
      })
    : t(`condition-${incident.cause}`, { tense })

/** One line: what, where, how bad. */
export const headline = (incident: Incident): Text =>
  t('incident-headline', {
    icon: icon(incident),
    name: nameOf(incident),
    condition: condition(incident),
  })

/** What was tried and how it went; nothing where there is no fix. */
function remedyLine(incident: Incident): Text | null {
  const { remedy } = incident
  if (!remedy) return null
  const args: Record<string, Arg> = {
    fix: remedy.fix,
    attempt: remedy.attempt,
    of: remedy.of,
    result: remedy.result ?? '',
    ...(remedy.next !== null && { next: { time: remedy.next } }),
  }
  return t(`remedy-${remedy.phase}`, args)
}

/** An open incident that has a message to itself. */
function openBlocks(incident: Incident, guidance: Guidance): Block[] {
  const remedy = remedyLine(incident)
  const since = { since: { time: incident.openedAt } } as const
  return [
    { line: headline(incident) },
    ...(incident.saw === '' ? [] : [line('incident-saw', { saw: incident.saw })]),
    line('incident-since', since),
    ...(remedy ? [{ line: remedy }] : []),
    ...(incident.acknowledged
      ? [line('incident-acknowledged', { by: incident.acknowledged.by })]
      : []),
    ...(guidance.advice ? [line('incident-advice', { advice: guidance.advice })] : []),
    ...(guidance.runbook ? [line('incident-runbook', { runbook: guidance.runbook })] : []),
    ...incident.evidence.map(({ title, lines }): Block => ({
      code: lines,
      title: t('evidence-title', { title }),
      folded: lines.length > 6,
    })),
  ]
}

/** An incident that is over: what it was, how long, what ended it. */
export const endedLine = (incident: Incident): Text =>
  t(`ended-${incident.ending ?? 'recovered'}`, {
    name: nameOf(incident),
    condition: condition(incident, 'was'),
    fix: incident.remedy?.fix ?? '',
    from: { time: incident.openedAt },
    until: { time: incident.endedAt ?? incident.openedAt },
    lasted: { span: (incident.endedAt ?? incident.openedAt) - incident.openedAt },
  })

const button = (id: string, verb: string, incident: Incident, style?: Button['style']): Button => ({
  label: t(`button-${id}`),
  press: `${verb}:${incident.id}`,
  ...(style && { style }),
})

/** The buttons of one open incident; they live as long as it does. */
function incidentButtons(incident: Incident, guidance: Guidance): Button[][] {
  const service = incident.service !== null
  const first = [
    ...(incident.acknowledged || incident.cause === 'stopped'
      ? []
      : [button('acknowledge', 'ack', incident)]),
    ...(incident.cause === 'stopped' ? [] : [button('silence', 'silence', incident)]),
  ]
  const second = [
    ...(service
      ? [button('logs', 'logs', incident), button('restart', 'restart', incident, 'danger')]
      : []),
    ...(guidance.fixable && incident.cause === 'threshold'
      ? [button('fix', 'fix', incident, 'danger')]
      : []),
    button('details', 'details', incident),
  ]
  return [first, second].filter((row) => row.length > 0)
}

/** Buttons for one incident among several: enough to take it or to look closer. */
const sharedRow = (incident: Incident): Button[] => [
  {
    label: t('button-acknowledge-one', { check: nameOf(incident) }),
    press: `ack:${incident.id}`,
  },
  { label: t('button-details-one', { check: nameOf(incident) }), press: `details:${incident.id}` },
]

/** More rows than this do not fit a phone's screen; the rest is in `/incidents`. */
const mostRows = 8

/** The buttons of a message by those of its incidents that are open: all of one, or a row for each. */
export function openButtons(
  open: readonly Incident[],
  guidanceOf: (incident: Incident) => Guidance,
): Button[][] {
  const [only] = open
  return only && open.length === 1
    ? incidentButtons(only, guidanceOf(only))
    : open.slice(0, mostRows).map(sharedRow)
}

/** One message for the incidents that broke together, whatever has become of each. */
export function incidentMessage(
  incidents: readonly Incident[],
  guidanceOf: (incident: Incident) => Guidance,
): Message {
  const open = incidents.filter((incident) => incident.endedAt === null)
  const about = Math.min(...incidents.map((incident) => incident.openedAt))
  const [only] = incidents
  if (only && incidents.length === 1) {
    if (open.length === 0) return { about, blocks: [{ line: endedLine(only) }] }
    const guidance = guidanceOf(only)
    return { about, blocks: openBlocks(only, guidance), buttons: incidentButtons(only, guidance) }
  }
  return {
    about,
    blocks: [
      line('incidents-title', { open: open.length, all: incidents.length }),
      ...together(incidents),
    ],
    buttons: openButtons(open, guidanceOf),
  }
}

/** Each of several incidents in two lines, the open ones first. */
function together(incidents: readonly Incident[]): Block[] {
  const [open, ended] = [true, false].map((isOpen) =>
    incidents.filter((incident) => (incident.endedAt === null) === isOpen),
  )
  const details = (open ?? []).flatMap((incident): Block[] => {
    const remedy = remedyLine(incident)
    return [
      gap,
      { line: headline(incident) },
      ...(incident.saw === '' ? [] : [line('incident-saw', { saw: incident.saw })]),
      ...(remedy ? [{ line: remedy }] : []),
    ]
  })
  return [...details, ...(ended?.length ? [gap, { list: ended.map(endedLine) }] : [])]
}

/** The short answer under a critical incident's message when it is over. */
export const recoveryReply = (incident: Incident): Message => ({
  about: incident.endedAt ?? incident.openedAt,
  blocks: [{ line: endedLine(incident) }],
})

/** A warning that became critical, as an answer with sound under its message. */
export const worsenedReply = (incident: Incident, now: number): Message => ({
  about: now,
  blocks: [{ line: t('incident-worsened', { headline: headline(incident) }) }],
})

export const reminder = (incident: Incident, now: number): Message => ({
  about: now,
  blocks: [
    {
      line: t('incident-reminder', {
        headline: headline(incident),
        since: { span: now - incident.openedAt },
      }),
    },
  ],
  buttons: [[button('acknowledge', 'ack', incident), button('details', 'details', incident)]],
})
