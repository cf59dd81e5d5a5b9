import { OperatorError } from '../contract/error.ts'

/** The number itself; throws where a host gave something that is none, so that nothing is invented. */
export function measured(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new OperatorError(`${what} could not be measured: the host answered ${String(value)}`)
}

/** 0 to 100. Throws where either is no number, or there is nothing to have a share of. */
export function shareOf(part: unknown, whole: unknown, what: string): number {
  const all = measured(whole, what)
  if (all <= 0) throw new OperatorError(`${what} could not be measured: there is ${all} in all`)
  return Math.min(Math.max((measured(part, what) / all) * 100, 0), 100)
}

/** `91%`. */
export const showPercent = (value: number): string => `${Math.round(value)}%`

/** `34 ms`, `1.2 s`. */
export const showTime = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1).replace('.0', '')} s`
