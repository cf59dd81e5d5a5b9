import type { Unit, Value } from './metric.ts'

/** One piece of what was seen, to help a person decide: a title and preformatted lines. */
export interface Evidence {
  readonly title: string
  readonly lines: readonly string[]
}

/**
 * What a probe saw of one subject. A target that is down is a reading too; throwing means that
 * nothing could be seen at all.
 */
export interface Reading<M extends string = string> {
  /** The mount, process or interface this is about; '' where a check has just one subject. */
  readonly subject: string
  readonly metrics: Readonly<Partial<Record<M, Value>>>
  /** Units of metrics that the kind does not declare; see `openMetrics`. */
  readonly units?: Readonly<Record<string, Unit>>
  /** What it saw, in a few words: "HTTP 502 in 34 ms". One line, no secrets needed. */
  readonly saw?: string
  /**
   * What must stay the same while a fix is being verified: the process id of a service.
   * A change during verification is the same attempt failing.
   */
  readonly identity?: string
  /**
   * false: it does not run, and nobody saw it end. That counts as a stop, except where it was known
   * to have died before.
   */
  readonly witnessed?: boolean
  /** Gathered by the probe itself because it cannot be had later: last output, last log lines. */
  readonly evidence?: readonly Evidence[]
}
