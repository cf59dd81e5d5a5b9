import type { Kinds } from '../config/types.ts'
import { formatDuration } from '../config/units.ts'
import type { Metric, Value } from '../contract/metric.ts'
import type { CheckResult, SubjectResult } from './result.ts'

type State = 'critical' | 'warning' | 'unknown' | 'info' | 'ok' | 'none'

/** What is wrong comes first. */
const order: readonly State[] = ['critical', 'warning', 'unknown', 'info', 'ok', 'none']

interface Row {
  readonly state: State
  /** Check, host, subject, what was seen. */
  readonly cells: readonly [string, string, string, string]
}

/** The lines of a table of results, and a count of states under it. */
export function table(results: readonly CheckResult[], kinds: Kinds): readonly string[] {
  const rows = results
    .flatMap((result) => rowsOf(result, kinds.checks.get(result.kind)?.metrics ?? {}))
    .toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
  if (rows.length === 0) return ['no checks']
  const cells = rows.map((row) => [row.state, ...row.cells].map(printable))
  const widths = cells.reduce<readonly number[]>(
    (widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
    [],
  )
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return [...lines, '', tally(rows)]
}

function rowsOf(result: CheckResult, metrics: Readonly<Record<string, Metric>>): readonly Row[] {
  const { name, host, problem, subjects } = result
  if (problem !== undefined) return [{ state: 'unknown', cells: [name, host, '', problem] }]
  if (subjects.length === 0)
    return [{ state: 'none', cells: [name, host, '', 'nothing of this kind here'] }]
  return subjects.map((subject) => ({
    state: stateOf(subject),
    cells: [name, host, subject.subject, seen(subject, metrics)],
  }))
}

const stateOf = ({ state, severity }: SubjectResult): State =>
  state === 'bad' ? (severity ?? 'warning') : state

function seen(subject: SubjectResult, metrics: Readonly<Record<string, Metric>>): string {
  const values = Object.entries(subject.metrics)
    .filter(([, value]) => value !== null && typeof value !== 'boolean')
    .map(([metric, value]) => `${metric} ${showValue(value, metrics[metric])}`)
  const what = subject.saw ?? values.join(', ')
  return subject.threshold === undefined ? what : `${what} (${subject.threshold})`.trimStart()
}

const sizes = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** A metric's value for people's eyes: rounded, with its unit. */
export function showValue(value: Value, metric: Metric | undefined): string {
  if (typeof value !== 'number') return String(value ?? 'unknown')
  const unit = metric?.unit
  if (unit === 'bytes') return showBytes(value)
  if (unit === 'duration' && value >= 10_000)
    return formatDuration(Math.round(value / 1_000) * 1_000)
  const sign = unit === 'percent' ? '%' : unit === 'duration' ? 'ms' : ''
  return `${rounded(value)}${sign}`
}

function showBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), sizes.length - 1)
  return `${rounded(bytes / 2 ** (10 * power))}${sizes[power]}`
}

const rounded = (value: number): number => Math.round(value * 10) / 10

/** What was seen may come from anywhere: nothing in it may steer the terminal. */
const printable = (text: string): string => text.replace(/\p{Cc}+/gu, ' ')

function tally(rows: readonly Row[]): string {
  const counted = order.map((state) => ({
    state,
    count: rows.filter((row) => row.state === state).length,
  }))
  return counted
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${state}`)
    .join(', ')
}
