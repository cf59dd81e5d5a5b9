import type { CheckConfig, Config, ServiceConfig } from '../config/types.ts'
import type { Check, Memo } from '../contract/check.ts'
import type { Host } from '../contract/host.ts'
import type { Unit } from '../contract/metric.ts'
import type { Reading } from '../contract/reading.ts'
import { mostSevereFirst, type Rules, type SubjectState } from '../core/subject.ts'
import type { Kinds } from './kinds.ts'

/** What is known of a target right now, in memory; what must survive is in the store. */
export interface Live {
  /** Remembered judgement by `cause:subject`; calm ones are absent. */
  readonly states: Map<string, SubjectState>
  readings: readonly Reading[]
  /** Epoch and monotonic milliseconds of the last run; null before the first. */
  ranAt: number | null
  ranMono: number | null
  /** When the next run is due, epoch milliseconds. */
  nextAt: number | null
  /** Why the last run saw nothing. */
  problem: string | null
  /** What the last run saw could be written down. */
  stored: boolean
  /** Successful runs since a subject was last seen. */
  readonly missing: Map<string, number>
}

/** One check on one host: what the wheel turns. */
export interface Target {
  /** `check@host` */
  readonly id: string
  readonly check: CheckConfig
  readonly kind: Check
  readonly host: Host
  readonly rules: Rules
  readonly service: ServiceConfig | null
  readonly memo: Memo
  readonly live: Live
}

export const targetId = (check: string, host: string): string => `${check}@${host}`

const rulesOf = (check: CheckConfig, kind: Check): Rules => ({
  levels: mostSevereFirst(check.levels),
  recover: check.recover,
  units: Object.fromEntries(
    Object.entries(kind.metrics).map(([name, metric]): [string, Unit] => [name, metric.unit]),
  ),
})

/** Makes a target of a check on a host. */
export function makeTarget(
  check: CheckConfig,
  kind: Check,
  host: Host,
  service: ServiceConfig | null,
): Target {
  return {
    id: targetId(check.name, host.name),
    check,
    kind,
    host,
    rules: rulesOf(check, kind),
    service,
    memo: new Map(),
    live: {
      states: new Map(),
      readings: [],
      ranAt: null,
      ranMono: null,
      nextAt: null,
      problem: null,
      stored: true,
      missing: new Map(),
    },
  }
}

/** Every target that a config names, its services among them. */
export function targetsOf(
  config: Config,
  services: readonly ServiceConfig[],
  kinds: Kinds,
  hosts: ReadonlyMap<string, Host>,
): readonly Target[] {
  const wanted = [
    ...config.checks.flatMap((check) =>
      check.hosts.map((host) => ({ check, host, service: null as ServiceConfig | null })),
    ),
    ...services.map((service) => ({ check: service.check, host: service.host, service })),
  ]
  return wanted.flatMap(({ check, host, service }) => {
    const kind = kinds.checks.get(check.kind)
    const at = hosts.get(host)
    return kind && at ? [makeTarget(check, kind, at, service)] : []
  })
}
