import type { Config, Kinds } from '../config/types.ts'
import type { Value } from '../contract/metric.ts'
import type { Severity } from '../contract/severity.ts'

/** What one run saw of one subject. `for` counts as met, `failures` have been probed. */
export interface SubjectResult {
  readonly subject: string
  readonly state: 'ok' | 'bad' | 'unknown'
  /** Of the worst level met. */
  readonly severity?: Severity
  /** The condition that was met, in the config's words. */
  readonly threshold?: string
  readonly saw?: string
  readonly metrics: Readonly<Record<string, Value>>
}

/** What one check saw on one host. */
export interface CheckResult {
  readonly name: string
  readonly host: string
  readonly kind: string
  /** Empty where there is nothing of the kind to look at, or where `problem` says why nothing was seen. */
  readonly subjects: readonly SubjectResult[]
  /** Why the check could not run. */
  readonly problem?: string
  /** Milliseconds. */
  readonly took: number
}

/** Runs the named checks and services once on this machine, or all of them when none is named. */
export type CheckOnce = (names: readonly string[]) => Promise<readonly CheckResult[]>

export interface Checking {
  /** Every check and service that there is, discovered ones too. */
  readonly names: readonly string[]
  readonly checkOnce: CheckOnce
  /** Lets go of whatever would keep the process alive. */
  close(): Promise<void>
}

export type OpenChecking = (config: Config, kinds: Kinds) => Promise<Checking>
