import type { BackupConfig, ServiceConfig, TaskConfig } from '../../config/types.ts'
import type { Trust } from '../../contract/backup.ts'
import type { Fix } from '../../contract/fix.ts'
import type { Command, Host, RunOptions, RunResult } from '../../contract/host.ts'
import type { About, Typed } from '../../contract/house.ts'
import type { Text } from '../../contract/message.ts'
import type { Colour, Services } from '../../contract/service.ts'
import type { SeriesPoint } from '../../contract/view.ts'
import type { JobEnd, StepRecord } from '../../core/job/record.ts'
import type { Backups } from '../../store/backups.ts'
import type { Holds } from '../holds.ts'
import type { Releases } from '../../store/releases.ts'

export type { JobEnd, StepEnd, StepRecord } from '../../core/job/record.ts'

/** What is to be done now. */
export type Move = { readonly step: string } | { readonly end: JobEnd }

/** What a job keeps from step to step: plain JSON, stored with each step's record. No secrets. */
export type Memory = Readonly<Record<string, unknown>>

/** What is asked for, made ready to be shown. */
export interface Asked<M> {
  /** What was found, pinned: a confirmed deploy deploys this commit, not a later one. */
  readonly about: About
  readonly memory: M
  /** The button's words: `Deploy web`. */
  readonly label: Text
  /** Commit, author, subject, what changes: above the steps. */
  readonly facts: readonly Text[]
  /** Exactly what will be done, a line each. */
  readonly steps: readonly string[]
  readonly warnings: readonly Text[]
  /** What has to be typed before it begins. */
  readonly typed?: Typed
}

/** The world as a job's steps see it. What a host does is done through the host contract alone. */
export interface JobWorld {
  /** @throws OperatorError for a host that does not exist or cannot be reached yet */
  host(name: string): Host
  /** @throws OperatorError when it is not configured any more */
  service(name: string): ServiceConfig
  allServices(): readonly ServiceConfig[]
  task(name: string): TaskConfig | undefined
  /** A kind of fix, for tasks that are one. */
  fixKind(name: string): Fix | undefined
  readonly services: Services
  readonly releases: Releases
  /** Epoch milliseconds. */
  now(): number
  /** Milliseconds that never jump. */
  monotonic(): number
  redact(text: string): string
  /** Aborted when the step's time is up, somebody cancelled it, or the program stops. */
  readonly signal: AbortSignal
  /**
   * The samples of a metric of a service's own check between two times, in at most 60 parts.
   */
  samples(service: string, metric: string, from: number, to: number): readonly SeriesPoint[]
  /** @throws OperatorError when it is not configured any more */
  backup(name: string): BackupConfig
  /** What is known of backups: runs and proofs. */
  readonly backups: Backups
  /** How far a backup may be trusted. @throws OperatorError when it is not configured any more */
  trust(backup: string): Trust
  /** Services that may not be started by themselves. */
  readonly holds: Holds
  /** Absolute path of a place of this name that is ours alone, below the bot's own directory. */
  scratch(name: string): string
  /** Absolute path of a place of this name where restored data is left for people. */
  restored(name: string): string
  /** The config's time zone. */
  readonly timezone: string
}

/** How a job ended that another one has begun. */
export interface ChildEnd {
  readonly id: number
  readonly end: JobEnd
  readonly memory: Memory
}

/** What a step may use. */
export interface StepContext<M> extends JobWorld {
  readonly job: number
  /** Who ordered it, an operator or a webhook; absent: the bot itself, by schedule. */
  readonly by?: string
  /** The steps before this one, and how they ended. */
  readonly trail: readonly StepRecord[]
  /**
   * Runs a command; its output goes into the job's own.
   *
   * @throws OperatorError with the last lines of its output, unless it exits with 0
   */
  run(
    host: string,
    command: Command,
    options?: Omit<RunOptions, 'signal' | 'onOutput'> & {
      /** Milliseconds that this command alone may take. */
      readonly within?: number
    },
  ): Promise<RunResult>
  /** A line of our own in the job's output. */
  say(text: string): void
  /** How far the step has come: one line of its message, each in place of the last; not kept. */
  progress(text: Text): void
  /**
   * Begins another job, without a message of its own, and waits for its end. Where somebody holds its
   * locks, it waits for those first. It goes on by itself where this one is cut short, and is cancelled
   * as soon as that is safe where this one is.
   */
  child(kind: string, about: About): Promise<ChildEnd>
  /** Stores a part of the memory now, before something is done that a crash must not forget. */
  remember(part: Partial<M>): void
  /** Ends early, by a throw, when the signal is aborted. */
  pause(ms: number): Promise<void>
  /**
   * Looks at a service every `every` milliseconds until it is healthy within `within`, and then
   * stays so, with the same process, for `hold`. All in milliseconds. With a colour: that copy of it,
   * asked at its own port.
   */
  healthy(
    service: string,
    limits: { readonly within: number; readonly every: number; readonly hold: number },
    colour?: Colour,
  ): Promise<{ readonly ok: boolean; readonly after: string }>
  /** One look at a service now, unjudged. `latency`: of its health address, in milliseconds. */
  look(
    service: string,
    colour?: Colour,
  ): Promise<{
    readonly ok: boolean
    readonly saw: string
    readonly latency: number | null
  }>
}

/** One step of a kind of job. */
export interface JobStep<M> {
  /** Milliseconds it may take. */
  timeout(memory: M, world: JobWorld): number
  /** Stopping in the middle of it is safe: `Cancel` is offered. */
  readonly cancellable?: boolean
  /**
   * What it disturbs, which is then neither told nor healed, and judged afresh afterwards.
   * machine (default): load and CPU of the host · service: also the service itself, which nobody else
   * may touch meanwhile · nothing: it only watches or waits.
   */
  readonly disturbs?: 'machine' | 'service' | 'nothing'
  /**
   * It only removes what is known to be left over, so that it may be done twice, and even when
   * nothing can be written down: that is what makes room on a full disk.
   */
  readonly tidies?: boolean
  /** @returns what is to be remembered of it */
  run(memory: M, context: StepContext<M>): Promise<Partial<M> | undefined>
}

export interface JobDefinition<M extends object> {
  /** The name of its file in src/jobs. */
  readonly kind: string
  /** Held from the beginning to the end: `deploy:web`, `path:/srv/web`. */
  locks(memory: M, world: JobWorld): readonly string[]
  /** What it is about, for the history: a service, a task. */
  subject(memory: M): string
  /** Names of the services whose trouble a step that disturbs a service may cause. */
  touches(memory: M): readonly string[]
  /** What goes on, without a mark in front: "Deploying web 4f2c1a9". */
  headline(memory: M): Text
  /** The words of a step: "Building". The locale's `job-step-NAME` unless a kind says more. */
  stepText?(step: string, memory: M): Text
  /**
   * It has a message while it runs even where nobody ordered it. Else such a job is told only when
   * its end is more than `info`.
   */
  readonly live?: boolean
  /** How many steps there are when all goes well; for "4 of 9". */
  planned?(memory: M): readonly string[]
  /**
   * Finds out what would be done. Changes nothing that matters.
   *
   * @throws OperatorError when it cannot be done
   */
  ask(about: About, world: JobWorld): Promise<Asked<M>>
  readonly steps: Readonly<Record<string, JobStep<M>>>
  /**
   * Pure: what comes next after these steps, however the last one ended. Every crash, failure and
   * cancellation is one more record in the trail.
   */
  next(memory: M, trail: readonly StepRecord[]): Move
}

/** A definition whose memory's type stays inside its file. */
export interface JobKind extends JobDefinition<Memory> {
  readonly brand: 'job'
}

/** Declares a kind of job; the file's default export, like those of checks and fixes. */
export const defineJob = <M extends object>(definition: JobDefinition<M>): JobKind => ({
  brand: 'job',
  // What comes in as memory is what this very definition returned.
  ...(definition as unknown as JobDefinition<Memory>),
})
