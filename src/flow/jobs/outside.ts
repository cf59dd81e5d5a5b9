import type { Backups } from '../../contract/backup.ts'
import type { Host } from '../../contract/host.ts'
import type { Context } from '../context.ts'
import type { FlowServices } from '../outside.ts'
import type { Seen } from '../probing.ts'
import type { Target } from '../target.ts'

/** All that jobs touch of the program around them. */
export interface JobsOutside {
  readonly context: Context
  readonly hosts: ReadonlyMap<string, Host>
  readonly services: FlowServices
  readonly backups: Backups
  /** Path of the state directory. */
  readonly home: string
  /** Aborted when the program stops. */
  readonly stop: AbortSignal
  /** Aborted later: what is being done may end, what is only watched may not. */
  readonly end: AbortSignal
  /** One look at a target of its own, after whatever run is under way. */
  readonly look: (target: Target) => Promise<Seen>
  /** Has a target looked at now. */
  readonly hurry: (target: Target) => void
  /** Something may have been written that wants to be sent. */
  readonly poke: () => void
  /** Something could not be written down. */
  readonly fault: (error: unknown) => void
}
