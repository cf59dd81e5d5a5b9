import type { LogPattern } from '../../contract/log-entry.ts'
import type { Evidence } from '../../contract/reading.ts'
import { formatDuration, formatSize } from '../../contract/units.ts'
import { parseEntry } from '../../core/log/entry.ts'
import { foldLine } from '../../core/log/fold.ts'
import { mostPatterns, type WindowSum } from '../../core/log/window.ts'
import { withLines } from '../top.ts'
import type { LogState } from './watch.ts'

type Redact = (text: string) => string

const shown = 5

/** Folded once more: half of a secret can no longer be told in what was folded before. */
const shownPattern = ({ example }: LogPattern, redact: Redact): string =>
  foldLine(parseEntry(redact(example)).text)

const counted = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`

function found(state: LogState, window: number, redact: Redact): string {
  const { matches, patterns, news, whole, missing } = state
  const [first] = patterns
  const within = formatDuration(window)
  if (missing && matches === 0) return 'no such file yet'
  if (first === undefined) return whole ? `none in ${within}` : 'none yet, watching has just begun'
  const many = patterns.length >= mostPatterns
  const kinds = many ? 'many patterns' : counted(patterns.length, 'pattern', 'patterns')
  const unseen = news === null ? ', too many to say which are new' : news > 0 ? `, ${news} new` : ''
  const most = patterns.length === 1 ? '' : `${first.count}× `
  const lines = counted(matches, 'line', 'lines')
  return `${lines} in ${within}, ${kinds}${unseen}: ${most}${shownPattern(first, redact)}`
}

function left(state: LogState): string {
  if (state.skipped === 0) return ''
  const size = state.skipped === null ? 'a part' : formatSize(state.skipped)
  return `; ${size} skipped unread, it grows too fast`
}

/** A log in one line. `window` in milliseconds. */
export const describeLog = (state: LogState, window: number, redact: Redact): string =>
  found(state, window, redact) + left(state)

const listed = (patterns: readonly LogPattern[], redact: Redact): readonly string[] =>
  patterns
    .slice(0, shown)
    .flatMap((one) => [`${one.count}× ${shownPattern(one, redact)}`, `   ${redact(one.example)}`])

/** The new patterns and the most frequent ones, each with a line of it. `window` in milliseconds. */
export function logEvidence(sum: WindowSum, window: number, redact: Redact): readonly Evidence[] {
  const isNew = new Set(sum.newPatterns.map(({ pattern }) => pattern))
  const others = sum.patterns.filter(({ pattern }) => !isNew.has(pattern))
  const within = formatDuration(window)
  return withLines(
    { title: `New in the last ${within}`, lines: listed(sum.newPatterns, redact) },
    { title: `Most frequent in the last ${within}`, lines: listed(others, redact) },
  )
}
