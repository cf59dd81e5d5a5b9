/**
 * An error made for the operator's eyes: what failed, what was seen, what to do. Anything else that
 * is thrown is a fault of the program and is logged with its stack.
 */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
  /** What to do about it, one sentence. */
  readonly advice: string | undefined

  constructor(message: string, advice?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.advice = advice
  }
}

/** The message of anything thrown, on one line. */
export const messageOf = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\s*\n\s*/g, ' ')
