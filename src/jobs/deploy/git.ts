import type { Command, Host, RunOptions, RunResult } from '../../contract/host.ts'

export interface GitSettings {
  readonly host: Host
  readonly signal: AbortSignal
  readonly redact: (text: string) => string
  /**
   * A job's own way to run commands (StepContext.run): what takes long is run with it, so that its
   * output is seen. Default: the host's.
   */
  readonly run?: (
    host: string,
    command: Command,
    options?: Omit<RunOptions, 'signal' | 'onOutput'>,
  ) => Promise<RunResult>
}
