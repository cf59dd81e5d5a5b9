import type { Unit, Value } from '../contract/metric.ts'
import type { Evidence } from '../contract/reading.ts'
import type { Severity } from '../contract/severity.ts'
import type { Cause, Ending, FixPhase } from '../contract/view.ts'

/** How far the telling of an incident has come. */
export type Told =
  /** Nothing was said; `held` until quiet hours end, `first-run` until the first round is complete. */
  'no' | 'held' | 'first-run' | 'yes'

/** Where an incident's fix stands. */
export interface Remedy {
  readonly fix: string
  readonly phase: FixPhase
  /** Unverified attempts of this round, the running one included. */
  readonly attempt: number
  readonly of: number
  /** Epoch milliseconds of the next try, or of the end of the cool-down. */
  readonly next: number | null
  readonly result: string | null
}

/** One thing that is wrong: one check, host, subject and cause, from opening to end. */
export interface Incident {
  readonly id: number
  readonly check: string
  readonly host: string
  readonly subject: string
  readonly cause: Cause
  readonly severity: Severity
  /** The worst it has been. */
  readonly worst: Severity
  readonly openedAt: number
  readonly endedAt: number | null
  readonly ending: Ending | null
  readonly metric: string
  readonly unit: Unit
  readonly value: Value
  readonly threshold: string
  readonly saw: string
  readonly service: string | null
  readonly evidence: readonly Evidence[]
  readonly acknowledged: { readonly by: string; readonly at: number } | null
  readonly remedy: Remedy | null
  readonly told: Told
  /** When it was first told, and the message that tells it. */
  readonly toldAt: number | null
  readonly notice: number | null
  readonly reminders: number
  readonly remindedAt: number | null
}

/** Of what there is never more than one open incident. */
export const incidentKey = (of: {
  readonly check: string
  readonly host: string
  readonly subject: string
  readonly cause: Cause
}): string => [of.check, of.host, of.cause, of.subject].join('\u001f')

/** What an {@link incidentKey} was made of. */
export function keyParts(key: string): {
  readonly check: string
  readonly host: string
  readonly subject: string
} {
  const [check = '', host = '', , subject = ''] = key.split('\u001f')
  return { check, host, subject }
}

export const isOpen = (incident: Incident): boolean => incident.endedAt === null

/** Its fix is at work, or will be by itself. */
export const beingFixed = (remedy: Remedy | null): boolean =>
  remedy !== null && ['running', 'verifying', 'backing-off'].includes(remedy.phase)
