import type { Host } from '../contract/host.ts'

/** What the tools of backups work with. */
export interface Tool {
  readonly host: Host
  /** Aborted when their time is up, somebody cancelled, or the program stops. */
  readonly signal: AbortSignal
  /** A line for the job's output. */
  say(text: string): void
}
