import type { Config, FixConfig } from '../config/types.ts'
import type { Clock } from '../contract/clock.ts'
import type { Host } from '../contract/host.ts'
import type { Log } from '../contract/log.ts'
import type { Services } from '../contract/service.ts'
import type { Kinds } from '../flow/kinds.ts'
import type { FlowServices } from '../flow/outside.ts'

/** All that a rehearsal touches of the program around it. */
export interface RehearsalOutside {
  readonly clock: Clock
  readonly log: Log
  readonly kinds: Kinds
  readonly host: Host
  readonly redact: (text: string) => string
  /** The state directory: scratch places lie below it. */
  readonly home: string
  /** Aborted when the program stops. */
  readonly stop: AbortSignal
  /** Every fix there is, those of services and of what PM2 runs among them. */
  fixes(): readonly FixConfig[]
  /** The services as they are: for a plan that is only shown. */
  readonly services: Services
  /** The services of a config of the rehearsal's own. */
  servicesOf(config: Config): FlowServices & { close(): void }
}
