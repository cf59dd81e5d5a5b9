import { gap, line, t, verbatim } from '../../src/contract/message.ts'
import type { Block, Button, Message, Text } from '../../src/contract/message.ts'
import { mayAct } from '../../src/contract/operator.ts'
import type { Role } from '../../src/contract/operator.ts'
import type { AttemptView, IncidentView } from '../../src/contract/view.ts'
import { marks, nameOf, whatOf } from './incident.ts'

/** All that is known of an incident; with its buttons while it is open. */
export function incidentDetails(
  incident: IncidentView,
  attempts: readonly AttemptView[],
  role: Role,
): Message {
  const { advice, runbook, evidence } = incident
  const open = incident.endedAt === undefined
  return {
    blocks: [
      ...headLines(incident),
      ...(attempts.length > 0 ? [gap, line('details-tried'), { list: attempts.map(tried) }] : []),
      ...(open && advice ? [gap, { line: t('advice', { advice }) }] : []),
      ...(runbook === undefined ? [] : [line('runbook', { runbook })]),
      ...evidence.map(({ title, lines }): Block => ({
        code: lines,
        title: verbatim(title),
        folded: true,
      })),
    ],
    buttons: open && mayAct(role, 'operator') ? buttonsOf(incident) : [],
  }
}

function headLines(incident: IncidentView): readonly Block[] {
  const { severity, openedAt, endedAt, ending, acknowledged, silencedUntil, saw } = incident
  const what = whatOf(incident)
  const sawToo = saw !== undefined && what.id === 'what-value' ? [{ line: verbatim(saw) }] : []
  return [
    line('details-incident', { mark: marks[severity], name: nameOf(incident), severity }),
    { line: what },
    ...sawToo,
    endedAt === undefined
      ? line('details-since', { at: { time: openedAt } })
      : line('details-was', {
          from: { time: openedAt },
          for: { span: endedAt - openedAt },
          ending: ending ?? 'recovered',
        }),
    ...(acknowledged
      ? [line('details-taken', { by: acknowledged.by, at: { time: acknowledged.at } })]
      : []),
    ...(silencedUntil === undefined
      ? []
      : [line('details-silenced', { until: { time: silencedUntil } })]),
  ]
}

function tried({ number, fix, state, result, by, startedAt }: AttemptView): Text {
  const line = t('attempt', { n: number, fix, state, at: { time: startedAt } })
  const withBy = by === undefined ? line : t('attempt-by', { line, by })
  return result === undefined ? withBy : t('attempt-result', { line: withBy, result })
}

function buttonsOf({ id, acknowledged, service, fix }: IncidentView): readonly Button[][] {
  const take: Button[] = acknowledged
    ? []
    : [{ label: t('button-acknowledge'), press: `ack:${id}`, style: 'primary' }]
  const act: Button[] = [
    ...(service === undefined
      ? []
      : ([
          { label: t('button-logs'), press: `logs:${id}` },
          { label: t('button-restart'), press: `restart:${id}`, style: 'danger' },
        ] satisfies Button[])),
    ...(fix === undefined
      ? []
      : ([{ label: t('button-fix'), press: `fix:${id}`, style: 'danger' }] satisfies Button[])),
  ]
  return [[...take, { label: t('button-silence'), press: `silence:${id}` }], act]
}
