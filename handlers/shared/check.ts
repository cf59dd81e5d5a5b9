import type { Conversation } from '../../src/contract/handler.ts'
import { t, verbatim } from '../../src/contract/message.ts'
import type { Arg, Text } from '../../src/contract/message.ts'
import { formatDuration, formatSize } from '../../src/contract/units.ts'
import type { Unit, Value } from '../../src/contract/metric.ts'
import type { CheckView, SubjectView } from '../../src/contract/view.ts'
import { marks } from './incident.ts'

/** How checks are shown wherever several are listed. */

export type Health = 'bad' | 'unknown' | 'doubt' | 'ok' | 'new'

const order: readonly Health[] = ['bad', 'unknown', 'doubt', 'new', 'ok']

/** The worst of what is known about a check. */
export function healthOf({ subjects, stale, problem }: CheckView): Health {
  const has = (state: SubjectView['state']) => subjects.some((subject) => subject.state === state)
  if (has('bad')) return 'bad'
  if (problem !== undefined || stale || has('unknown')) return 'unknown'
  if (has('doubt')) return 'doubt'
  return subjects.length === 0 ? 'new' : 'ok'
}

export const byHealth = (a: CheckView, b: CheckView): number =>
  order.indexOf(healthOf(a)) - order.indexOf(healthOf(b)) || a.name.localeCompare(b.name)

/** The names of all checks, each once, what is wrong first. */
export const checkNames = ({ house }: Conversation): readonly string[] => [
  ...new Set(
    house
      .checks()
      .toSorted(byHealth)
      .map(({ name }) => name),
  ),
]

const healthMarks = { unknown: '❔', doubt: '🟡', new: '▫️', ok: '✅' } as const

export const markOf = (health: Health, severity: SubjectView['severity']): string =>
  health === 'bad' ? marks[severity ?? 'warning'] : healthMarks[health]

/** The most severe of what is wrong. */
export function severityOf({ subjects }: CheckView): SubjectView['severity'] {
  const found = subjects.map((subject) => subject.severity)
  return found.includes('critical') ? 'critical' : found.find((severity) => severity !== undefined)
}

/** The first metric, which is what a kind is mostly about; what it saw where there is none to show. */
export function valueOf(check: CheckView, subject: SubjectView): Arg {
  const [first] = Object.entries(check.metrics)
  const value = first && subject.metrics[first[0]]
  if (typeof value === 'number') return { value, unit: first?.[1].unit ?? 'number' }
  return subject.saw ?? t('state-word', { state: subject.state })
}

/** "/ 62 %": a subject and its main value. */
export const readingOf = (check: CheckView, subject: SubjectView): Text =>
  subject.subject === ''
    ? t('reading', { value: valueOf(check, subject) })
    : t('reading-of', { subject: subject.subject, value: valueOf(check, subject) })

/** Texts one after another in one line. */
export const joined = (texts: readonly Text[]): Text =>
  texts.reduce((sum, text) => t('joined', { a: sum, b: text }))

const shownSubjects = 4

/** One line for a list of checks. */
export function checkLine(check: CheckView): Text {
  const health = healthOf(check)
  const args = { mark: markOf(health, severityOf(check)), name: checkName(check) }
  if (check.problem !== undefined) return t('check-problem', { ...args, why: check.problem })
  if (check.subjects.length === 0) return t('check-new', args)
  const worst = check.subjects.toSorted((a, b) => rank(a) - rank(b)).slice(0, shownSubjects)
  const values = joined(worst.map((subject) => readingOf(check, subject)))
  const more = check.subjects.length - worst.length
  return more > 0
    ? t('check-line-more', { ...args, values, n: more })
    : t('check-line', { ...args, values })
}

const states: readonly SubjectView['state'][] = ['bad', 'unknown', 'doubt', 'ok']
const rank = ({ state }: SubjectView): number => states.indexOf(state)

export const checkName = ({ name, host }: CheckView): Text =>
  host === 'main' ? verbatim(name) : t('on-host', { name, host })

/** The same for a file, which is data and not put into words. */
export function checkRow(check: CheckView): string {
  const values = check.subjects.map((subject) => {
    const metrics = Object.entries(subject.metrics).map(
      ([name, value]) => `${name}=${plainValue(value, check.metrics[name]?.unit ?? 'number')}`,
    )
    return [subject.subject, subject.state, ...metrics].filter(Boolean).join(' ')
  })
  const state = check.problem === undefined ? '' : `cannot check: ${check.problem}`
  return [healthOf(check), check.host, check.name, state, values.join('; ')].join('\t').trimEnd()
}

function plainValue(value: Value, unit: Unit): string {
  if (typeof value !== 'number') return String(value)
  if (unit === 'bytes') return formatSize(value)
  if (unit === 'duration') return formatDuration(value)
  return `${Number(value.toFixed(2))}${unit === 'percent' ? '%' : ''}`
}
