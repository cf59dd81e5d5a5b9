import type { JobEnd, StepRecord } from '../../core/job/record.ts'
import type { Transcript } from '../../core/job/transcript.ts'
import type { About } from '../../contract/house.ts'
import type { Text } from '../../contract/message.ts'
import type { Hold } from '../work.ts'
import type { JobKind, Memory } from './kind.ts'

/** The step that is being done. */
export interface Current {
  readonly step: string
  readonly number: number
  /** Epoch and monotonic milliseconds. */
  readonly begunAt: number
  readonly begunMono: number
  readonly transcript: Transcript
  readonly cancellable: boolean
  /** Aborted by a person, or because the program stops. */
  readonly halt: AbortController
  cancelledBy: string | null
  /** How far it has come, in words. */
  progress: Text | null
  /** It has ended, or was given up: what it still says or remembers comes too late. */
  over: boolean
}

/** The job that has begun another one. */
export interface Parent {
  readonly id: number
  /** Called once, when the other one has ended or the program stops. */
  ended(job: Running): void
  /** How far the other one has come. */
  progress(text: Text): void
}

/** A job that has not ended, in memory; what must survive is in the store. */
export interface Running {
  readonly id: number
  readonly kind: JobKind
  readonly subject: string
  readonly about: About
  readonly by: string | null
  readonly startedAt: number
  /** Its own, from its beginning to its end. */
  readonly locks: readonly string[]
  readonly hold: Hold
  /** Its message; null: it has none. */
  readonly notice: number | null
  /** Names of the hosts that it works on. */
  readonly hosts: Set<string>
  readonly trail: StepRecord[]
  /** The job that waits for it, and tells of it; null: none, or not any more. */
  readonly parent: Parent | null
  memory: Memory
  /** Of the next step. */
  number: number
  current: Current | null
  /** On whose word it is cancelled as soon as that is safe: whoever waited for it waits no longer. */
  unwanted: string | null
  /** Written down; null while it goes on. */
  end: JobEnd | null
}

/** What came of a step, and what it wants to be remembered. */
export interface Done extends Pick<StepRecord, 'end' | 'why'> {
  readonly part: Memory
}

/** Told as a job goes on. */
export interface Onlooker {
  /** Another step, or the same one in another light. */
  changed(job: Running): void
  /** More output. */
  output(job: Running): void
  /** Called in the transaction that ends the job. */
  ended(job: Running, end: JobEnd, at: number): void
  /** Nothing more comes. */
  gone(job: Running): void
}
