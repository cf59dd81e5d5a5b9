/** What the first value of an answer has to be. */
export interface Wanted {
  readonly query: string
  readonly atLeast?: number
  readonly atMost?: number
  readonly equals?: string | number
}

/** The first value of the first row; null: NULL, or no row. */
export type Answer = string | number | bigint | boolean | null

const shown = (answer: Answer): string => (answer === null ? 'nothing' : String(answer))

/** Databases hand out large and exact numbers as words. */
const numberOf = (answer: Answer): number => {
  if (answer === null || (typeof answer === 'string' && answer.trim() === '')) return Number.NaN
  return Number(answer)
}

const isEqual = (answer: Answer, equals: string | number): boolean =>
  typeof equals === 'number' ? numberOf(answer) === equals : shown(answer) === equals

/**
 * Judges the answer to a query of `expect`.
 *
 * @returns what is wrong with it, or null
 */
export function unmet({ atLeast, atMost, equals }: Wanted, answer: Answer): string | null {
  const saw = `answered ${shown(answer)}`
  if (equals !== undefined && !isEqual(answer, equals)) return `${saw}, expected ${equals}`
  if (atLeast === undefined && atMost === undefined)
    return equals === undefined && answer === null ? `${saw}, expected a value` : null
  const value = numberOf(answer)
  if (Number.isNaN(value)) return `${saw}, expected a number`
  if (atLeast !== undefined && value < atLeast) return `${saw}, expected at least ${atLeast}`
  if (atMost !== undefined && value > atMost) return `${saw}, expected at most ${atMost}`
  return null
}
