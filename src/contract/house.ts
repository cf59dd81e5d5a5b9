import type { BackupView, SnapshotView } from './backup.ts'
import type { LogPattern } from './log-entry.ts'
import type { Attachment, Message, Text } from './message.ts'
import type { Operator } from './operator.ts'
import type { RehearsalChoice } from './rehearsal.ts'
import type {
  AttemptView,
  AuditLine,
  CheckView,
  DeployableView,
  HistoryLine,
  IncidentView,
  JobView,
  Overview,
  ReleaseView,
  SeriesOf,
  SeriesPoint,
  ServiceView,
  Settings,
  SilenceView,
  TaskView,
} from './view.ts'

/** What a long action is about, in plain words: `{ service: 'web', ref: 'main' }`. */
export type About = Readonly<Record<string, string>>

/** What an operator can have done after a confirmation. Plain data, because it waits in the database. */
export type Action =
  | {
      readonly do: 'restart'
      readonly service: string
      readonly instance?: string
      /** When the hold was put on it that was shown, and that this restart ends. */
      readonly hold?: number
    }
  | { readonly do: 'fix'; readonly incident: number; readonly plan: string }
  /** A job: deploy, rollback, a task. Its own message tells of it, from its beginning to its end. */
  | {
      readonly do: 'job'
      readonly kind: string
      readonly about: About
      /** The fingerprint of the steps that were shown: it begins only where they are still the same. */
      readonly plan?: string
    }
  /** The schedule of the tasks as the config has it now; `plan`: its fingerprint. */
  | { readonly do: 'schedule'; readonly plan: string }
  /** A command that came too late and is asked about again. */
  | { readonly do: 'command'; readonly text: string }

/** An action made ready to be shown: exactly what will happen. */
export interface Prepared {
  readonly action: Action
  /** The button's words: the verb and its object. */
  readonly label: Text
  /** What was found out about it, above the steps. */
  readonly facts?: readonly Text[]
  readonly steps: readonly string[]
  readonly warnings?: readonly Text[]
  readonly typed?: Typed
}

/** What cannot be taken back is typed after the button was pressed. */
export interface Typed {
  /** What has to be typed, as it is: `restore app-db`. */
  readonly phrase: string
  /** What will be lost, or what has to be known before. */
  readonly loses: readonly Text[]
}

export interface Outcome {
  readonly ok: boolean
  /** `✅ Restarted web` or `❌ …`, followed by what was seen. */
  readonly message: Message
}

/** A name matched against what exists. */
export type Match<T> =
  | { readonly found: T }
  | { readonly found?: never; readonly nearest: readonly string[] }

/** The use cases: everything the chat can ask of the program. Reads never wait for a probe. */
export interface House {
  now(): number
  overview(): Promise<Overview>
  checks(): readonly CheckView[]
  /** By name, or an unambiguous beginning of one. */
  check(name: string): Match<readonly CheckView[]>
  services(): readonly ServiceView[]
  service(name: string): Match<ServiceView>
  incidents(): readonly IncidentView[]
  /** Also ended ones; undefined when there never was one. */
  incident(id: number): IncidentView | undefined
  attempts(incident: number): readonly AttemptView[]
  /** Open incidents told in the same message as this one. */
  together(incident: number): readonly IncidentView[]
  /** False when it had already been taken or has ended. */
  acknowledge(incident: number, by: Operator): boolean
  /** `all`, or a check's or service's name; replaces an earlier silence. Throws above the role's limit. */
  silence(check: string, ms: number, by: Operator): SilenceView
  unsilence(check: string, by: Operator): boolean
  silences(): readonly SilenceView[]
  prepare(action: Action): Promise<Prepared>
  /**
   * Carries a confirmed action out; `token` makes sure that it happens once. null: a job has begun,
   * which took the confirmation's message over and tells the rest in it.
   */
  perform(action: Action, by: Operator, token: string): Promise<Outcome | null>
  /** What is under way, and the jobs that ended last, newest first. */
  jobs(limit: number): readonly JobView[]
  /** Ends a job where that is safe. Returns what was done about it, in words for the person. */
  cancelJob(id: number, by: Operator): Text
  /** The whole output of a job that was kept, without secrets; undefined when there is none. */
  jobLog(id: number): Attachment | undefined
  /** Services that can be deployed, with what is live. */
  deployable(): readonly DeployableView[]
  /** The whole releases of a service that are still there, newest first. */
  releases(service: string): readonly ReleaseView[]
  /** In the order of the config. */
  backups(): readonly BackupView[]
  /** By name, or an unambiguous beginning of one. */
  backup(name: string): Match<BackupView>
  /**
   * What is in the repository now, newest first, asked of the repository itself within 30 s.
   *
   * @throws OperatorError when it cannot be asked, or there is no such backup
   */
  snapshots(backup: string): Promise<readonly SnapshotView[]>
  /**
   * A person says that a doubtful snapshot is as it should be; `snapshot`: its id, or the first 8
   * digits. False when there is no such one, or nothing is doubtful about it.
   */
  acceptBackup(backup: string, snapshot: string, by: Operator): boolean
  /** What is scheduled. */
  tasks(): readonly TaskView[]
  /** By name, or an unambiguous beginning of one. */
  task(name: string): Match<TaskView>
  /** Every fix that can be named, those first whose fault can be made. */
  rehearsals(): readonly RehearsalChoice[]
  /** By name, or an unambiguous beginning of one; `restart:` may be left out. */
  rehearsal(name: string): Match<RehearsalChoice>
  /** Plays a fix through in a scratch place, for up to two minutes. Throws while another one is. */
  rehearse(fix: string, by: Operator): Promise<Outcome>
  /**
   * Sends an alert as the named check would, marked as a test; its message tells what came of it.
   * `alone`: it goes to who asked only, because of quiet hours. Throws when the check has no level
   * that could be met.
   */
  testAlert(check: string, by: Operator): { readonly alone: boolean }
  logs(service: string, lines: number): Promise<readonly string[]>
  /** The errors among the newest lines, by pattern, most frequent first; how many lines were looked at. */
  logErrors(
    service: string,
    lines: number,
  ): Promise<{ readonly lines: number; readonly patterns: readonly LogPattern[] }>
  history(limit: number): readonly HistoryLine[]
  audit(limit: number): readonly AuditLine[]
  /**
   * The numbers of a metric from `from` to before `to` (epoch milliseconds), in at most `points`
   * parts; empty where none were kept.
   */
  series(of: SeriesOf, from: number, to: number, points: number): readonly SeriesPoint[]
  /** The summary as the next heartbeat would tell it. */
  heartbeat(): Message
  settings(): Settings
  config(): { readonly defaultLogLines: number }
}
