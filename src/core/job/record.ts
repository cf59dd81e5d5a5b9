import type { Block, Button, Text } from '../../contract/message.ts'
import type { Severity } from '../../contract/severity.ts'

/**
 * How a step ended. late: its time was up · cancelled: by a person · cut-short: the program ended in
 * the middle of it, so that nobody knows how far it came.
 */
export type StepEnd = 'done' | 'failed' | 'late' | 'cancelled' | 'cut-short'

/** One step as it was written down. */
export interface StepRecord {
  readonly step: string
  readonly end: StepEnd
  /** Why it is not `done`: what failed, what was seen. Redacted. */
  readonly why?: string
}

/** How a job ended: stored, and said at the top of its message. */
export interface JobEnd {
  /** One word or two for the history and for scripts: `deployed`, `rolled-back`, `rollback-failed`. */
  readonly outcome: string
  readonly ok: boolean
  /** `✅ Deployed web 4f2c1a9` or `❌ …` */
  readonly text: Text
  /** Below it: why, what was left, what to do. */
  readonly more?: readonly Block[]
  /** What may be done about it. */
  readonly buttons?: readonly Button[]
  /** The step whose last errors are shown with it. */
  readonly shows?: string
  /**
   * `critical`: said again in a message with sound. `info`: in the history alone where nobody waits.
   * Absent: `info` where it went well, else `warning`.
   */
  readonly severity?: Severity
}

export const severityOf = ({ severity, ok }: JobEnd): Severity =>
  severity ?? (ok ? 'info' : 'warning')
