import type { Config, Kinds } from '../config/types.ts'
import type { Clock } from '../contract/clock.ts'
import type { Env } from '../config/fill.ts'
import type { RestoreWish } from './restore-self/wish.ts'
import type { Rehearsal, Rehearsing } from '../contract/rehearsal.ts'
import type { OpenChecking } from './result.ts'

/** All that the commands touch of the world around them. */
export interface Outside {
  readonly clock: Clock
  readonly env: Env
  /** Home directory, for `~`. */
  readonly home: string
  /** IANA name of the machine's time zone. */
  readonly machineZone: string
  /** Names of the files in locales/, without their ending. */
  readonly languages: readonly string[]
  /** Standard output and standard error, a line at a time. */
  out(line: string): void
  err(line: string): void
  loadKinds(): Promise<Kinds>
  readonly openChecking: OpenChecking
  /** Asks, writes `.env` and the config, and offers to start the bot. */
  init(outside: Outside, how: { readonly yes: boolean }): Promise<Exit>
  readonly openRehearsals: OpenRehearsals
  /** Brings the bot's own state back. */
  restoreSelf(outside: Outside, wish: RestoreWish): Promise<Exit>
}

/** Rehearsals of a config's fixes, and how to let go of what they hold. */
export type OpenRehearsals = (
  config: Config,
  kinds: Kinds,
) => Promise<Rehearsing & { runFirst(): Promise<Rehearsal>; close(): Promise<void> }>

/** What the program's callers script against: contract, section 2. */
export const exit = { ok: 0, wrong: 1, badConfig: 2, couldNotRun: 3 } as const

export type Exit = (typeof exit)[keyof typeof exit]
