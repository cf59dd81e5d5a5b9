import type { Reading } from '../parse.ts'
import type { Kinds, OwnSource } from '../types.ts'

/** What every part of the configuration is built with. */
export interface Building extends Reading {
  readonly kinds: Kinds
  /** Names of the hosts, `main` among them. */
  readonly hosts: ReadonlySet<string>
  /** Names under `fixes`, also of entries that have faults of their own. */
  readonly fixes: ReadonlySet<string>
  /** Names under `services`, likewise. */
  readonly services: ReadonlySet<string>
  /** Names under `checks`, likewise. */
  readonly checks: ReadonlySet<string>
  /** Names under `backups`, likewise. */
  readonly backups: ReadonlySet<string>
  /** Absolute, for paths that are relative to the file. */
  readonly directory: string
  readonly home: string
  /** Where the bot's own state lies. */
  readonly own: OwnSource
}
