/** The bot's own state: absolute paths of its database, its config and its secrets. */
export interface OwnSource {
  readonly kind: 'self'
  readonly database: string
  /** null: the built-in defaults are in force. */
  readonly config: string | null
  readonly env: string
}

/** What a backup is of. */
export type BackupSource =
  /** A libpq address. */
  | { readonly kind: 'postgres'; readonly url: string }
  /** `stop`: the service that holds the file locked, stopped while it is copied. */
  | { readonly kind: 'sqlite'; readonly path: string; readonly stop?: string }
  /** Paths and globs, absolute; `stop`: the service that is stopped while they are read. */
  | { readonly kind: 'paths'; readonly paths: readonly string[]; readonly stop?: string }
  | OwnSource

/** How many snapshots stay, by restic's rules: the newest, and one an hour, day, week, month, year. */
export interface KeepConfig {
  readonly last?: number
  readonly hourly?: number
  readonly daily?: number
  readonly weekly?: number
  readonly monthly?: number
  readonly yearly?: number
}

/** A question to restored data, and what its first value has to be. */
export interface Expectation {
  readonly query: string
  readonly atLeast?: number
  readonly atMost?: number
  readonly equals?: string | number
}

/** All durations in milliseconds. */
export interface BackupConfig {
  readonly name: string
  readonly host: string
  readonly source: BackupSource
  /** Whatever restic accepts; a directory is absolute. It may hold a secret. */
  readonly repository: string
  readonly password: string
  /** For restic alone: keys of the repository. */
  readonly env: Readonly<Record<string, string>>
  readonly schedule?: string
  /** null: everything stays, and nothing is ever removed. */
  readonly keep: KeepConfig | null
  /** The repository refuses to remove anything: `keep` is somebody else's. */
  readonly appendOnly: boolean
  readonly maxAge?: number
  /** Of a whole run. */
  readonly timeout: number
  /** Reads a part of the repository's data, another one each time, so that `parts` runs read all. */
  readonly verify: { readonly schedule?: string; readonly parts: number }
  readonly drill: {
    readonly schedule?: string
    /** A PostgreSQL server where a scratch database may be made; absent: the source's own. */
    readonly url?: string
    readonly expect: readonly Expectation[]
  }
  /** What it holds may never run twice: validators. Restores say so, and start nothing. */
  readonly exclusive: boolean
  /** SQLite: replicated by Litestream as it is written. */
  readonly continuous?: ContinuousConfig
  /** PostgreSQL: the stanza of pgBackRest, for points in time. */
  readonly stanza?: StanzaConfig
}

export interface ContinuousConfig {
  /** Litestream's address: an absolute directory, s3://… or sftp://…. */
  readonly replica: string
  /** How far back one can go. */
  readonly retention: number
  /** A replica that is further behind than this is a warning. */
  readonly maxLag: number
}

export interface StanzaConfig {
  readonly name: string
  /** pgBackRest's own config file; absent: its usual one. */
  readonly config?: string
}
