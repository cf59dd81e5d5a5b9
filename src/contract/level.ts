import type { Severity } from './severity.ts'

export type Operator = '>' | '>=' | '<' | '<=' | '==' | '!='

/** `metric op value`, held for `for` milliseconds (0: no duration named). Flags compare with `true`. */
export interface Threshold {
  readonly metric: string
  readonly op: Operator
  readonly value: number | boolean
  readonly for: number
}

/** One level of a check: from when on something is wrong, and how wrong. */
export interface Level {
  readonly severity: Severity
  readonly threshold: Threshold
  /** Consecutive bad runs it takes. */
  readonly failures: number
  /** The condition in the config's words, shown with every alert. */
  readonly text: string
}

/**
 * When a level ends: after `runs` good runs, which for numbers must also be inside the value by
 * `margin` (in the metric's own unit; 0: none), or as soon as `threshold` is met.
 */
export type Recover =
  | { readonly runs: number; readonly margin: 'default' | 'none' }
  | { readonly threshold: Threshold }

/** When an incident is told: see the contract's `notify`. */
export type NotifyWhen = 'if-unfixed' | 'at-once' | 'never'
