import { gap, line, t, verbatim } from '../../src/contract/message.ts'
import type { Block, Button, Message, Text } from '../../src/contract/message.ts'
import { mayAct } from '../../src/contract/operator.ts'
import type { Role } from '../../src/contract/operator.ts'
import type { CheckView, ServiceView, SubjectView } from '../../src/contract/view.ts'
import { checkName, healthOf, joined, markOf, severityOf } from './check.ts'

/** `/status NAME`: one check on each host it runs on; with the buttons of the service it may be. */
export function checkDetails(
  checks: readonly CheckView[],
  service: ServiceView | undefined,
  role: Role,
): Message {
  const blocks = checks.flatMap((check, place) => [...(place > 0 ? [gap] : []), ...blocksOf(check)])
  const about = service
    ? [line('service-is', { manager: service.manager, restart: service.restart })]
    : []
  const buttons = service && mayAct(role, 'operator') ? [buttonsOf(service)] : []
  return { blocks: [...blocks, ...about], buttons }
}

function blocksOf(check: CheckView): readonly Block[] {
  const health = healthOf(check)
  const { levels, fix, every, lastRun, silencedUntil, problem, stale } = check
  const mark = markOf(health, severityOf(check))
  return [
    line('details-title', { mark, name: checkName(check), kind: check.kind }),
    ...(problem === undefined ? [] : [line('details-problem', { why: problem })]),
    ...(stale && lastRun !== undefined ? [line('details-stale', { last: { time: lastRun } })] : []),
    { list: check.subjects.map((subject) => subjectText(check, subject)) },
    ...levels.map(({ severity, threshold }) => line('details-level', { severity, threshold })),
    ...(fix === undefined ? [] : [line('details-fix', { fix })]),
    ...(silencedUntil === undefined
      ? []
      : [line('details-silenced', { until: { time: silencedUntil } })]),
    lastRun === undefined
      ? line('details-never', { every: { span: every } })
      : line('details-run', { last: { time: lastRun }, every: { span: every } }),
  ]
}

function subjectText(check: CheckView, subject: SubjectView): Text {
  const values = Object.entries(subject.metrics).flatMap(([name, value]) => {
    const { means = name, unit = 'number' } = check.metrics[name] ?? {}
    // What is not so is not worth a word; what is so says itself.
    if (value === false) return []
    if (value === true) return [verbatim(means)]
    return [t('details-metric', { means, value: { value: value ?? null, unit } })]
  })
  const head = subject.subject === '' ? [] : [t('details-subject', { subject: subject.subject })]
  const saw = subject.saw === undefined ? [] : [verbatim(subject.saw)]
  const all = [...head, ...saw, ...values]
  return all.length === 0 ? t('state-word', { state: subject.state }) : joined(all)
}

const buttonsOf = ({ key }: ServiceView): readonly Button[] => [
  { label: t('button-restart'), press: `pick-restart:${key}`, style: 'danger' },
  { label: t('button-logs'), press: `pick-logs:${key}` },
]
