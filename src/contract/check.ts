import type { z } from 'zod'
import type { Backups } from './backup.ts'
import type { Host } from './host.ts'
import type { Metric } from './metric.ts'
import type { Evidence, Reading } from './reading.ts'
import type { Services } from './service.ts'

/** What one target's probe keeps between its own runs, in memory only: the last counters of a rate. */
export type Memo = Map<string, unknown>

/** What a probe may use. Everything here is bounded in time by `signal`. */
export interface ProbeContext {
  readonly host: Host
  readonly services: Services
  readonly backups: Backups
  readonly memo: Memo
  /** Aborted when the check's `timeout` has passed or the bot stops. */
  readonly signal: AbortSignal
  /** Epoch milliseconds at the start of the run. */
  readonly now: number
  /**
   * Hides secrets. What is shown is redacted anyway; this is for a text that is to be cut or changed
   * before, after which a secret could no longer be told.
   */
  redact(text: string): string
}

/** The built-in levels of a kind, in the config file's own words. */
export interface CheckDefaults {
  readonly info?: string
  readonly warning?: string
  readonly critical?: string
  /** Good runs, or a threshold. */
  readonly recover?: number | string
  /** Consecutive bad runs where a level has no `for`. */
  readonly failures?: number
  readonly every?: string
  readonly timeout?: string
}

export interface Example<M extends string> {
  readonly title: string
  /** As written in the config file. */
  readonly params: Record<string, unknown>
  /** Facts that the test host answers with, by the name of the method that asks for them. */
  readonly facts: Record<string, unknown>
  readonly readings: readonly Reading<M>[]
}

export interface CheckDefinition<P extends z.ZodObject, M extends string> {
  readonly kind: string
  /** One line for the documentation and `/checks`. */
  readonly summary: string
  /** The kind's own settings; a strict object, so that a misspelt key is an error. */
  readonly params: P
  /** The first metric is the one that a bare threshold is about. */
  readonly metrics: Readonly<Record<M, Metric>>
  readonly defaults: CheckDefaults
  /** Yes/no metrics that are wrong at the check's `severity` unless a level names them. */
  readonly conditions?: readonly NoInfer<M>[]
  /** What to do about it, one sentence: Fluent syntax, `{ $subject }` and `{ $host }` may be used. */
  readonly advice: string
  /** True where a threshold may name any metric: the readings bring names that nobody knows before. */
  readonly openMetrics?: boolean
  /** True where the probe looks from the bot's machine at something else: it runs once, not per host. */
  readonly remote?: boolean
  probe(params: z.output<P>, context: ProbeContext): Promise<readonly Reading<M>[]>
  /** Gathered when a subject becomes bad, so that an idle check costs nothing. */
  evidence?(
    params: z.output<P>,
    reading: Reading<M>,
    context: ProbeContext,
  ): Promise<readonly Evidence[]>
  /** Documentation, test and demonstration at once. */
  readonly examples: readonly Example<M>[]
}

/** A definition whose own types stay inside its file. */
export interface Check {
  readonly brand: 'check'
  readonly kind: string
  readonly summary: string
  readonly params: z.ZodObject
  readonly metrics: Readonly<Record<string, Metric>>
  readonly defaults: CheckDefaults
  readonly conditions: readonly string[]
  readonly advice: string
  readonly remote: boolean
  readonly openMetrics: boolean
  /** `params` must have passed this definition's own schema. */
  readonly probe: (params: unknown, context: ProbeContext) => Promise<readonly Reading[]>
  readonly evidence?: (
    params: unknown,
    reading: Reading,
    context: ProbeContext,
  ) => Promise<readonly Evidence[]>
  readonly examples: readonly Example<string>[]
}

/**
 * Declares a kind of check. The file's default export must be its result, and `kind` must be the
 * file's name.
 */
export function defineCheck<P extends z.ZodObject, M extends string>(
  definition: CheckDefinition<P, M>,
): Check {
  const { probe, evidence } = definition
  return {
    brand: 'check',
    kind: definition.kind,
    summary: definition.summary,
    params: definition.params,
    metrics: definition.metrics,
    defaults: definition.defaults,
    conditions: definition.conditions ?? [],
    advice: definition.advice,
    remote: definition.remote ?? false,
    openMetrics: definition.openMetrics ?? false,
    probe: (params, context) => probe(params as z.output<P>, context),
    ...(evidence && {
      evidence: (params, reading, context) => evidence(params as z.output<P>, reading, context),
    }),
    examples: definition.examples,
  }
}
