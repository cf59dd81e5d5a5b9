import type { Severity } from '../../contract/severity.ts'

/** A service that is restarted, as it was found when that was decided. */
export interface Listed {
  readonly name: string
  /** Of its own worst level: how bad it is when it does not come back. */
  readonly severity: Severity
}

/** New patterns of errors in the log of a service. */
export interface News {
  readonly service: string
  readonly patterns: readonly string[]
}

/** What a rolling restart keeps of itself. Durations in milliseconds. */
export interface RollingMemory {
  readonly task: string
  readonly services: readonly Listed[]
  readonly within: number
  readonly hold: number
  readonly watch: number
  /** Whose turn it is: the index of a service. */
  readonly at: number
  /** When its restart was begun, epoch milliseconds; only what runs since then is new. 0: not begun. */
  readonly begunAt: number
  /** Patterns of errors in its log before. */
  readonly before: readonly string[]
  /** It was found stopped by a person and left alone. */
  readonly leftAlone: boolean
  /** Every copy of it was started after `begunAt`, as far as its manager can tell. */
  readonly fresh: boolean
  readonly restarted: readonly string[]
  readonly stopped: readonly string[]
  readonly news: readonly News[]
}

/** Nothing has been restarted yet. */
export const notBegun = {
  at: 0,
  begunAt: 0,
  before: [],
  leftAlone: false,
  fresh: false,
  restarted: [],
  stopped: [],
  news: [],
} as const
