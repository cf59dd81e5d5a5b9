import type { Config, Kinds } from '../config/types.ts'
import type { Env } from '../config/fill.ts'
import type { Rehearsing } from '../contract/rehearsal.ts'
import type { OpenChecking } from './result.ts'

/** All that the commands touch of the world around them. */
export interface Outside {
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
  readonly openRehearsals: OpenRehearsals
}

/** Rehearsals of a config's fixes, and how to let go of what they hold. */
export type OpenRehearsals = (
  config: Config,
  kinds: Kinds,
) => Promise<Rehearsing & { close(): Promise<void> }>

/** What the program's callers script against: contract, section 2. */
export const exit = { ok: 0, wrong: 1, badConfig: 2, couldNotRun: 3 } as const

export type Exit = (typeof exit)[keyof typeof exit]
