import type { BackupConfig, Config, FixConfig, ServiceConfig } from '../config/types.ts'
import type { Clock, Timer } from '../contract/clock.ts'
import type { Host } from '../contract/host.ts'
import type { Log } from '../contract/log.ts'
import type { Loop } from '../contract/loop.ts'
import type { Chat } from '../contract/message.ts'
import type { Rehearsing } from '../contract/rehearsal.ts'
import type { Sender } from '../contract/sender.ts'
import type { Manager, Services } from '../contract/service.ts'
import type { Settings } from '../contract/view.ts'
import type { Store } from '../store/store.ts'
import type { Kinds } from './kinds.ts'
import type { Replicate } from './replicas.ts'

/** The services as the flow needs them: what plug-ins see, and which there are. */
export interface FlowServices extends Services {
  all(): readonly ServiceConfig[]
  get(name: string): Manager
  discover(signal: AbortSignal): Promise<boolean>
  watch(service: string, changed: () => void): () => void
  watchDiscovery(changed: () => void): () => void
}

/** Something that is run again and again until it is cancelled. */
export interface Scheduled extends Timer {
  /** When the next `count` runs are, epoch milliseconds; fewer where there are no more. */
  next(count: number): readonly number[]
}

/** Runs something at the times of a cron pattern of five fields, by the wall clock of a zone. */
export type Schedule = (pattern: string, zone: string, run: () => void) => Scheduled

/** When a cron pattern runs next by the wall clock of a zone: `count` times, epoch milliseconds. */
export type Runs = (pattern: string, zone: string, count: number) => readonly number[]

/** A snapshot as its repository lists it. */
export interface Listed {
  /** All digits. */
  readonly id: string
  /** Epoch milliseconds. */
  readonly at: number
  readonly tags: readonly string[]
}

/** All that the flow touches of the program around it. */
export interface FlowOutside {
  readonly clock: Clock
  readonly log: Log
  readonly store: Store
  readonly kinds: Kinds
  readonly hosts: ReadonlyMap<string, Host>
  readonly services: FlowServices
  readonly sender: Sender
  readonly schedule: Schedule
  readonly runs: Runs
  readonly redact: (text: string) => string
  readonly startedAt: number
  /** Path of the state directory. */
  readonly home: string
  /** Aborted when the program stops. */
  readonly stop: AbortSignal
  config(): Config
  fix(name: string): FixConfig | undefined
  chat(): Chat
  heldBack(): boolean
  /** Names of operators who cannot be written to; null until Telegram has been asked. */
  unreachable(): readonly string[] | null
  sweep(now: number): void
  fault(error: unknown): void
  /** Where a loop of this name gives its signs of life. */
  loop(name: string): Loop
  settings(): Settings
  readonly rehearsing: Rehearsing
  readonly replicate: Replicate
  /**
   * What is in a backup's repository; reads alone, and takes no lock.
   *
   * @throws OperatorError when it cannot be asked
   */
  snapshots(backup: BackupConfig, signal: AbortSignal): Promise<readonly Listed[]>
}
