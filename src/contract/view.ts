import type { Step } from './fix.ts'
import type { Text } from './message.ts'
import type { Unit, Value } from './metric.ts'
import type { Evidence } from './reading.ts'
import type { JobView } from './job-view.ts'
import type { Severity } from './severity.ts'

export type { BackupView, SnapshotView } from './backup.ts'
export type { DeployableView, JobView, ReleaseView, TaskView } from './job-view.ts'

/** What is shown of things: plain snapshots, safe to keep, all times in epoch milliseconds. */

/** threshold: a level was met · unknown: cannot be checked · stopped: somebody stopped the service. */
export type Cause = 'threshold' | 'unknown' | 'stopped'

/** recovered by itself · fixed and verified · restarted or stopped by a person · gone or no longer configured. */
export type Ending = 'recovered' | 'fixed' | 'restarted' | 'stopped' | 'gone' | 'removed'

export type FixPhase =
  | 'running'
  | 'verifying'
  | 'backing-off'
  | 'exhausted'
  | 'approval'
  | 'cooling'
  | 'limited'
  | 'nothing-to-do'
  | 'verified'

export interface FixView {
  readonly name: string
  readonly phase: FixPhase
  readonly attempt: number
  readonly of: number
  /** When the next attempt is due, or the cool-down ends. */
  readonly next?: number
  /** What the last attempt did, or why it failed. */
  readonly result?: string
}

export interface IncidentView {
  readonly id: number
  readonly check: string
  readonly host: string
  readonly subject: string
  readonly cause: Cause
  readonly severity: Severity
  readonly openedAt: number
  readonly endedAt?: number
  readonly ending?: Ending
  readonly metric?: string
  readonly means?: string
  readonly unit?: Unit
  readonly value?: Value
  /** The condition in the config's words: "> 85% for 10m". */
  readonly threshold?: string
  readonly saw?: string
  readonly advice?: Text
  readonly runbook?: string
  readonly service?: string
  readonly acknowledged?: { readonly by: string; readonly at: number }
  readonly silencedUntil?: number
  readonly fix?: FixView
  readonly evidence: readonly Evidence[]
  readonly reminders: number
}

export interface AttemptView {
  readonly id: number
  readonly incident: number
  readonly fix: string
  readonly number: number
  readonly steps: readonly Step[]
  readonly state: 'running' | 'verifying' | 'verified' | 'failed' | 'interrupted' | 'nothing-to-do'
  readonly startedAt: number
  readonly endedAt?: number
  readonly before?: string
  readonly result?: string
  readonly after?: string
  /** Milliseconds from the end of the action to the verdict. */
  readonly verifiedIn?: number
  /** An operator's name, or absent when the bot decided. */
  readonly by?: string
}

export interface SubjectView {
  readonly subject: string
  readonly state: 'ok' | 'doubt' | 'bad' | 'unknown'
  readonly severity?: Severity
  /** Epoch milliseconds of the last reading. */
  readonly at: number
  readonly metrics: Readonly<Record<string, Value>>
  readonly saw?: string
}

export interface CheckView {
  readonly name: string
  readonly host: string
  readonly kind: string
  /** No reading for longer than three rounds: what is known is old. */
  readonly stale: boolean
  /** Why the last run saw nothing. */
  readonly problem?: string
  readonly lastRun?: number
  readonly nextRun?: number
  readonly every: number
  readonly metrics: Readonly<Record<string, { readonly unit: Unit; readonly means: string }>>
  readonly levels: readonly { readonly severity: Severity; readonly threshold: string }[]
  readonly subjects: readonly SubjectView[]
  readonly silencedUntil?: number
  readonly fix?: string
  readonly service: boolean
}

export interface ServiceView {
  readonly name: string
  /** Short enough for a button's data. */
  readonly key: string
  readonly host: string
  readonly manager: string
  readonly restart: 'auto' | 'ask'
  readonly check: CheckView
}

export interface HostView {
  readonly name: string
  readonly role?: string
  readonly uptime?: number
  readonly checks: readonly CheckView[]
}

export interface Overview {
  readonly at: number
  readonly hosts: readonly HostView[]
  readonly services: readonly ServiceView[]
  readonly incidents: readonly IncidentView[]
  readonly silences: readonly SilenceView[]
  /** Those under way. */
  readonly jobs: readonly JobView[]
  readonly checks: number
  /** Set while the bot holds back from fixing: another bot runs on the same token. */
  readonly heldBack?: Text
}

export interface SilenceView {
  readonly check: string
  readonly until: number
  readonly by: string
  readonly at: number
}

/** The samples of one part of a chart. */
export interface SeriesPoint {
  /** Where the part begins, epoch milliseconds. */
  readonly at: number
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly count: number
}

/** What a series is of. */
export interface SeriesOf {
  readonly check: string
  readonly host: string
  readonly subject: string
  readonly metric: string
}

export interface HistoryLine {
  readonly at: number
  readonly text: Text
}

export interface AuditLine {
  readonly at: number
  readonly who: string
  readonly what: string
  readonly result: string
}

export interface Settings {
  readonly version: string
  readonly configFile: string
  readonly loadedAt: number
  readonly timezone: string
  readonly language: string
  readonly quietHours?: {
    readonly from: string
    readonly to: string
    /** 1 = Monday … 7 = Sunday. */
    readonly days?: readonly number[]
  }
  readonly heartbeat: { readonly schedule: string; readonly send: string }
  readonly operators: readonly {
    readonly id: number
    readonly name: string
    readonly role: string
    readonly reachable: boolean | null
  }[]
  readonly startedAt: number
  readonly memory: number
  readonly problem?: string
}
