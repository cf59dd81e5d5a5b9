import type { Check } from '../contract/check.ts'
import type { Level, Recover, Threshold } from '../contract/level.ts'
import { bySeverity, severities } from '../contract/severity.ts'
import type { Severity } from '../contract/severity.ts'
import { alternatives, parseThreshold } from './threshold.ts'
import type { Problem } from './threshold.ts'

/** The keys of an entry that decide its levels. */
export interface Judgement {
  readonly info?: string | undefined
  readonly warning?: string | undefined
  readonly critical?: string | undefined
  readonly severity?: Severity | undefined
  readonly failures?: number | undefined
  readonly recover?: number | string | undefined
}

type Key = Severity | 'recover'

/** A problem with the key it is about. */
type Complain = (key: Key, problem: string) => void

type Kind = Pick<Check, 'metrics' | 'defaults' | 'conditions'> & Partial<Pick<Check, 'openMetrics'>>

/**
 * The levels of a check, most severe first. A level named in the file replaces all the kind's
 * default ones; yes/no conditions that no level names are wrong at `severity`.
 */
export function levelsOf(kind: Kind, entry: Judgement, complain: Complain): readonly Level[] {
  const named = severities.some((severity) => entry[severity] !== undefined)
  const texts = named ? entry : kind.defaults
  const levels: Level[] = []
  const add = (severity: Severity, text: string, threshold: Threshold): void => {
    const failures = entry.failures ?? (threshold.for > 0 ? undefined : kind.defaults.failures) ?? 1
    levels.push({ severity, threshold, failures, text })
  }
  for (const written of severities) {
    const whole = texts[written]
    for (const text of whole === undefined ? [] : alternatives(whole)) {
      const threshold = parseThreshold(text, kind.metrics, kind.openMetrics)
      if ('problem' in threshold) complain(written, threshold.problem)
      else add(placed(written, threshold, named, entry.severity), text, threshold)
    }
  }
  const watched = new Set(levels.map(({ threshold }) => threshold.metric))
  for (const metric of kind.conditions.filter((condition) => !watched.has(condition)))
    add(entry.severity ?? 'warning', metric, { metric, op: '==', value: true, for: 0 })
  return levels.toSorted((a, b) => bySeverity(b.severity, a.severity))
}

/** `severity` moves a kind's own yes/no levels; what the file says in words stays where it says. */
function placed(
  written: Severity,
  threshold: Threshold,
  named: boolean,
  severity: Severity | undefined,
): Severity {
  const moves = !named && severity !== undefined && typeof threshold.value === 'boolean'
  return moves ? severity : written
}

/**
 * When the levels end. A kind's own recovery threshold belongs to its own levels and goes with them.
 */
export function recoverOf(
  kind: Kind,
  entry: Judgement,
  levels: readonly Level[],
  complain: Complain,
): Recover {
  const usual: Recover = { runs: 2, margin: 'default' }
  const named = severities.some((severity) => entry[severity] !== undefined)
  if (typeof entry.recover === 'number') return { runs: entry.recover, margin: 'none' }
  if (entry.recover === undefined && typeof kind.defaults.recover === 'number')
    return { runs: kind.defaults.recover, margin: 'default' }
  const text = entry.recover ?? (named ? undefined : kind.defaults.recover)
  if (typeof text !== 'string') return usual
  const parsed = recoveryThreshold(text, kind, levels)
  if ('metric' in parsed) return { threshold: parsed }
  complain('recover', parsed.problem)
  return usual
}

function recoveryThreshold(
  text: string,
  { metrics, openMetrics }: Kind,
  levels: readonly Level[],
): Threshold | Problem {
  const threshold = parseThreshold(text, metrics, openMetrics)
  if ('problem' in threshold) return threshold
  if (threshold.for > 0)
    return { problem: 'recovery takes no "for", expected a condition, or a number of good runs' }
  const own = levels.filter((level) => level.threshold.metric === threshold.metric)
  const rising = (op: string): string => op.slice(0, 1)
  const alike = own.find((level) => rising(level.threshold.op) === rising(threshold.op))
  if (alike === undefined || threshold.op === '!=') return threshold
  if (typeof threshold.value === 'boolean' && alike.threshold.value !== threshold.value)
    return threshold
  return { problem: `recovery points the same way as "${alike.text}", expected the other way` }
}
