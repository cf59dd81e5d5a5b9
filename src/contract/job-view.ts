import type { About } from './house.ts'
import type { Text } from './message.ts'

/** What is shown of long actions and of what they bring about. */

/** A long action, under way or ended. */
export interface JobView {
  readonly id: number
  readonly kind: string
  /** The service or task that it is about. */
  readonly subject: string
  /** What goes on; of one that has ended, what it was. */
  readonly headline: Text
  /** An operator's name; absent when the bot began it. */
  readonly by?: string
  readonly startedAt: number
  /** What is being done now. */
  readonly step?: Text
  readonly cancellable: boolean
  readonly endedAt?: number
  /** `deployed`, `rolled-back` … */
  readonly outcome?: string
  readonly ok?: boolean
  /** How it ended, in words. */
  readonly ended?: Text
}

/** One whole release of a service. */
export interface ReleaseView {
  /** Names its directory: 20260131-021011-4f2c1a9. */
  readonly name: string
  readonly service: string
  /** Its id, or the first digits of it; empty where nobody knows. */
  readonly commit: string
  readonly subject: string
  readonly author: string
  /** Who deployed it; absent when the bot did. */
  readonly by?: string
  /** When it was built. */
  readonly at: number
  readonly live: boolean
  /** Milliseconds it was live in all, up to now. */
  readonly lived: number
}

export interface DeployableView {
  readonly service: string
  readonly key: string
  readonly branch: string
  readonly live?: ReleaseView
}

export interface TaskView {
  readonly name: string
  readonly key: string
  readonly kind: string
  /** The kind of job that does it. */
  readonly job: string
  /** What that job is begun with. */
  readonly about: About
  /** node-cron's five fields, in the configured zone. */
  readonly schedule: string
  /** Epoch milliseconds; null while an admin has not confirmed its schedule. */
  readonly next: number | null
  readonly last?: { readonly at: number; readonly ok: boolean; readonly text: Text }
  readonly running: boolean
}
