import type { Operator, Threshold } from '../contract/level.ts'
import type { Metric, Unit } from '../contract/metric.ts'
import { meant } from './nearest.ts'
import {
  durationForm,
  formatDuration,
  formatPercent,
  formatSize,
  parseAmount,
  parseDuration,
  parsePercent,
  parseSize,
} from './units.ts'

export type Metrics = Readonly<Record<string, Metric>>

/** Why a text is no threshold for these metrics: what is wrong, what was expected. */
export interface Problem {
  readonly problem: string
}

const thresholdForm = '[METRIC] [OP VALUE[UNIT]] [for DURATION], such as "> 85%" or "down for 5m"'

const shape = /^([A-Za-z][\w.-]*)?\s*(?:([<>=!≥≤]+)\s*(.*))?$/s
const lasting = /(?:^|\s)for(?:\s+(.*))?$/s
const longest = 200

const problem = (text: string): Problem => ({ problem: text })

const isOperator = (text: string): text is Operator => /^(?:[<>]=?|[!=]=)$/.test(text)

/** The several conditions of one level: `used > 85% or inodes > 85%`. */
export const alternatives = (text: string): readonly string[] =>
  text.trim().replace(/\s+/g, ' ').split(/ or /)

/**
 * Reads one condition of the config file against a kind's metrics, the first of which is meant
 * where none is named. Units must fit the metric; only a duration cannot do without one.
 *
 * @param open the kind's readings bring metrics that nobody knows before: any name will do, and the
 *   value's own form says what it is
 */
export function parseThreshold(text: string, metrics: Metrics, open = false): Threshold | Problem {
  if (text.length > longest) return problem(`too long, expected ${thresholdForm}`)
  const held = lasting.exec(text)
  const head = (held === null ? text : text.slice(0, held.index)).trim()
  const time = held === null ? 0 : parseDuration(held[1] ?? '')
  if (time === undefined) return problem(`after "for" expected ${durationForm}`)
  const parts = shape.exec(head)
  if (parts === null || (head === '' && held === null)) return problem(`expected ${thresholdForm}`)
  const [, named, op, value] = parts
  const name = named ?? Object.keys(metrics)[0] ?? ''
  const metric = Object.hasOwn(metrics, name)
    ? metrics[name]
    : open && op !== undefined
      ? unforeseen((value ?? '').trim())
      : undefined
  if (metric === undefined)
    return problem(`no metric "${name}"${meant(name, Object.keys(metrics))}`)
  if (op === undefined) return alone(name, metric, time)
  if (!isOperator(op)) return problem('expected one of the comparisons > >= < <= == or !=')
  return compared(name, metric, { op, value: (value ?? '').trim(), time })
}

/** A metric that only its threshold tells of. */
function unforeseen(value: string): Metric {
  const fits = [
    ['percent', value.endsWith('%')],
    ['duration', parseDuration(value) !== undefined],
    ['bytes', parseSize(value) !== undefined && /[A-Za-z]$/.test(value)],
  ] as const
  const [unit] = fits.find(([, fit]) => fit) ?? ['number' as const]
  return { unit, means: 'performance data' }
}

function alone(name: string, metric: Metric, time: number): Threshold | Problem {
  if (metric.unit === 'flag') return { metric: name, op: '==', value: true, for: time }
  return problem(
    `${name} is no yes/no metric, expected a comparison such as "${sample(name, metric.unit)}"`,
  )
}

interface Comparison {
  readonly op: Operator
  readonly value: string
  readonly time: number
}

function compared(
  name: string,
  metric: Metric,
  { op, value, time }: Comparison,
): Threshold | Problem {
  if (metric.unit === 'flag') {
    const ordered = op !== '==' && op !== '!='
    if (ordered || (value !== 'true' && value !== 'false'))
      return problem(
        `${name} is a yes/no metric, expected "${name}", "${name} == true" or "${name} == false"`,
      )
    return { metric: name, op: '==', value: (value === 'true') === (op === '=='), for: time }
  }
  const number = parseValue(value, metric.unit)
  if (number !== undefined) return { metric: name, op, value: number, for: time }
  return problem(`${name} is ${measured[metric.unit]}, expected "${sample(name, metric.unit)}"`)
}

const measured: Readonly<Record<Unit, string>> = {
  percent: 'a percentage',
  bytes: 'a number of bytes',
  duration: 'a duration and needs a unit',
  count: 'a count',
  number: 'a plain number',
  flag: 'a yes/no metric',
}

const samples: Readonly<Record<Unit, string>> = {
  percent: ' > 85%',
  bytes: ' > 5GiB',
  duration: ' > 500ms',
  count: ' > 3',
  number: ' > 4',
  flag: '',
}

const sample = (name: string, unit: Unit): string => `${name}${samples[unit]}`

/** The number that a text means for a metric of this unit: percent, bytes, milliseconds or as it is. */
function parseValue(text: string, unit: Unit): number | undefined {
  const amount = parseAmount(text)
  if (amount === undefined) return undefined
  if (unit === 'duration') return parseDuration(text)
  if (amount.unit === '') return unit === 'bytes' ? Math.round(amount.number) : amount.number
  if (unit === 'percent') return parsePercent(text)
  return unit === 'bytes' ? parseSize(text) : undefined
}

/** The canonical text of a threshold; parsing it gives the same threshold. */
export function formatThreshold(threshold: Threshold, metrics: Metrics): string {
  const lasts = threshold.for === 0 ? '' : ` for ${formatDuration(threshold.for)}`
  const { metric, op, value } = threshold
  if (typeof value === 'boolean') return `${metric}${value ? '' : ' == false'}${lasts}`
  return `${metric} ${op} ${formatValue(value, metrics[metric]?.unit)}${lasts}`
}

function formatValue(value: number, unit: Unit | undefined): string {
  if (unit === 'percent') return formatPercent(value)
  if (unit === 'bytes' && value >= 0) return formatSize(value)
  return unit === 'duration' ? formatDuration(value) : String(value)
}
