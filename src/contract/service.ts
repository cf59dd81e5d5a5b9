/** One running copy of a service: a PM2 cluster has several. */
export interface Instance {
  /** '' where there is one; '0', '1' … for the instances of a cluster. */
  readonly label: string
  /**
   * up · starting (not yet stable) · down (died, errored, a zombie) · stopped (by a person) ·
   * missing (the manager does not know it).
   */
  readonly state: 'up' | 'starting' | 'down' | 'stopped' | 'missing'
  /** false: stopped, but nobody saw it end, so that nobody knows whether it was ordered. */
  readonly witnessed?: boolean
  readonly pid: number | null
  /** Epoch milliseconds of the start of this pid; null while it does not run. */
  readonly since: number | null
  /** Deaths that nobody ordered, over the last hour. */
  readonly crashes: number
  /** Three starts in a row that lived under 10 s. */
  readonly looping: boolean
  readonly cpu?: number
  readonly memory?: number
  /** In a few words: "exited with code 1", "errored after 16 restarts". */
  readonly saw: string
  /** The last ends that nobody ordered, oldest first, at most 10: "2026-01-31T02:10:11Z exited with code 1 after 2s". */
  readonly ends?: readonly string[]
}

/** A line that a manager keeps itself. */
export interface LogLine {
  readonly text: string
  /** Epoch milliseconds. */
  readonly at: number
  /** The manager knows that it tells of an error. */
  readonly error: boolean
}

/** What a manager logged since a cursor, oldest first. */
export interface LogPage {
  readonly lines: readonly LogLine[]
  /** Where the next page begins; null while nothing was ever logged. */
  readonly cursor: string | null
  /** There was more than a page holds: older lines were left out. */
  readonly skipped: boolean
}

export const colours = ['blue', 'green'] as const

export type Colour = (typeof colours)[number]

/** The two copies of a service that is deployed blue-green. */
export type Colours = Readonly<Record<Colour, Manager>> & {
  /** Which of them is asked; null while neither is. */
  live(signal: AbortSignal): Promise<Colour | null>
}

/** How a service is run: one implementation a manager (pm2, systemd, command). */
export interface Manager {
  readonly manager: string
  /** The exact steps a restart takes, as shown to the operator before it is done. */
  restartSteps(label?: string): readonly string[]
  /** Throws when the manager itself cannot be asked. */
  status(signal: AbortSignal): Promise<readonly Instance[]>
  /** Ends well once the manager has accepted it; whether it helped is for the check to say. */
  restart(signal: AbortSignal, label?: string): Promise<void>
  /**
   * Replaces the running copies by new ones, where it can without a moment in which nobody answers.
   * Ends when the manager says that it is done.
   */
  reload(signal: AbortSignal): Promise<void>
  /** Whether requests are lost while it reloads; with the expected gap in milliseconds where they are. */
  reloading(signal: AbortSignal): Promise<{ readonly gap: number | null }>
  /** Starts what is stopped; throws when the manager does not know it. */
  start(signal: AbortSignal): Promise<void>
  /** Stops it, for good until somebody starts it; ends when the manager says that it has ended. */
  stop(signal: AbortSignal): Promise<void>
  /** The newest lines, oldest first, at most `lines`. `errors`: the error stream alone where there is one. */
  logs(lines: number, signal: AbortSignal, errors?: boolean): Promise<readonly string[]>
  /** The files that it logs to, where it does. */
  logFiles?(signal: AbortSignal): Promise<readonly string[]>
  /** What was logged after the cursor, or lately; where the manager keeps the log itself. */
  logsAfter?(cursor: string | null, signal: AbortSignal): Promise<LogPage>
  /** Of a service that is deployed blue-green; all else here is about the copy that is asked. */
  readonly colours?: Colours
  /** Calls back as soon as something about the service changes, where the manager can tell. */
  watch?(changed: () => void): () => void
}

/** A process that PM2 runs, whether or not the config names it. */
export interface Pm2Process {
  readonly name: string
  readonly instance: Instance
  /** PM2's own count; ordered restarts are in it. */
  readonly restarts: number
  logs(lines: number, errors?: boolean): Promise<readonly string[]>
}

/** The services as plug-ins see them. */
export interface Services {
  /** Throws an error for the operator when there is no such service. */
  get(name: string): Manager
  /**
   * What the PM2 of a home runs, without the bot itself and PM2's own modules. No home: the usual one,
   * and nothing where that has never had a PM2. Throws when the PM2 of a named home is not running.
   */
  pm2?(home: string | undefined, signal: AbortSignal): Promise<readonly Pm2Process[]>
}
