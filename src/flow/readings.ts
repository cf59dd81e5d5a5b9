import { OperatorError } from '../contract/error.ts'
import type { Reading } from '../contract/reading.ts'

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isValue = (value: unknown): boolean =>
  value === null || value === undefined || typeof value === 'boolean' || Number.isFinite(value)

const isEvidence = (value: unknown): boolean =>
  isRecord(value) &&
  typeof value['title'] === 'string' &&
  Array.isArray(value['lines']) &&
  value['lines'].every((line) => typeof line === 'string')

/** What a field must be, where it is there at all. */
const optional: Readonly<Record<string, (value: unknown) => boolean>> = {
  saw: (value) => typeof value === 'string',
  identity: (value) => typeof value === 'string',
  witnessed: (value) => typeof value === 'boolean',
  units: (value) => isRecord(value) && Object.values(value).every((one) => typeof one === 'string'),
  evidence: (value) => Array.isArray(value) && value.every(isEvidence),
}

function faultOf(reading: unknown): string | null {
  if (!isRecord(reading)) return 'a reading that is no object'
  const { subject, metrics } = reading
  if (typeof subject !== 'string') return 'a reading whose subject is no text'
  const of = subject === '' ? 'a reading' : `a reading of ${subject.slice(0, 100)}`
  if (!isRecord(metrics)) return `${of} without metrics`
  const wrong = Object.entries(metrics).find(([, value]) => !isValue(value))
  if (wrong) return `${of} whose ${wrong[0]} is neither a number nor yes or no`
  const field = Object.entries(optional).find(
    ([name, fits]) => reading[name] !== undefined && !fits(reading[name]),
  )
  return field ? `${of} whose ${field[0]} has the wrong shape` : null
}

/**
 * A plug-in's answer, once it is known to be what its contract says: the types alone do not hold what
 * a probe makes of foreign data.
 *
 * @throws OperatorError that says what is wrong with it
 */
export function checkReadings(kind: string, answer: readonly Reading[]): readonly Reading[] {
  const list: unknown = answer
  const fault = Array.isArray(list)
    ? (list.map(faultOf).find((one) => one !== null) ?? null)
    : 'no list of readings'
  if (fault === null) return answer
  throw new OperatorError(`the check ${kind} is at fault: it returned ${fault}`)
}
