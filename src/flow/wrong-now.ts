import type { Reading } from '../contract/reading.ts'
import { metLevel } from '../core/evaluate.ts'
import type { Target } from './target.ts'

/** A condition that the last reading meets, everything remembered aside. */
export interface Finding {
  readonly key: string
  readonly critical: boolean
  /** Milliseconds for which it has to last before it counts. */
  readonly lasts: number
  readonly name: { readonly check: string; readonly host: string; readonly subject: string }
  readonly saw: string
}

function findingOf({ id, check, host, rules }: Target, reading: Reading): Finding[] {
  const level = metLevel(rules.levels, reading.metrics)
  if (!level || level.severity === 'info' || reading.metrics['stopped'] === true) return []
  const { subject, saw } = reading
  return [
    {
      key: `${id} ${subject}`,
      critical: level.severity === 'critical',
      lasts: level.threshold.for,
      name: { check: check.name, host: host.name, subject },
      saw: saw ?? level.text,
    },
  ]
}

/** What looks wrong, from the last readings alone; critical ones first. */
export const wrongNow = (targets: ReadonlyMap<string, Target>): readonly Finding[] =>
  [...targets.values()]
    .flatMap((target) => target.live.readings.flatMap((reading) => findingOf(target, reading)))
    .toSorted((a, b) => Number(b.critical) - Number(a.critical) || a.key.localeCompare(b.key))
