import type { Config, FixConfig, ServiceConfig } from '../config/types.ts'
import type { Clock } from '../contract/clock.ts'
import type { Log } from '../contract/log.ts'
import type { Chat } from '../contract/message.ts'
import type { Store } from '../store/store.ts'
import type { Kinds } from './kinds.ts'
import type { Target } from './target.ts'
import type { Work } from './work.ts'

/** What all parts of the flow share. The config is asked for each time, because a reload replaces it. */
export interface Context {
  readonly clock: Clock
  readonly log: Log
  readonly store: Store
  readonly kinds: Kinds
  readonly work: Work
  readonly redact: (text: string) => string
  config(): Config
  /** Configured and discovered ones. */
  services(): readonly ServiceConfig[]
  targets(): ReadonlyMap<string, Target>
  /** A configured fix, or a service's own restart. */
  fix(name: string): FixConfig | undefined
  /** Where the bot writes by itself, a group's move taken into account. */
  chat(): Chat
  /** A second bot runs on the same token: nothing is fixed, or both would do it. */
  heldBack(): boolean
  /** The first round after the very first start is not complete. */
  firstRun(): boolean
}
