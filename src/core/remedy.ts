import type { Risk } from '../contract/fix.ts'
import type { Cause } from '../contract/view.ts'

/** A fix's limits, in milliseconds where they are times. */
export interface FixLimits {
  readonly attempts: number
  readonly backoff: number
  readonly cooldown: number
  readonly maxPerHour: number
  readonly approve?: boolean
}

/** What was tried before. */
export interface FixRecord {
  /** Unverified attempts since the incident began or the last cool-down ended. */
  readonly tries: number
  /** End of the last of them. */
  readonly lastEnd: number | null
  /** When the attempts were used up, for this check, host and subject, in whichever incident. */
  readonly exhaustedAt: number | null
  /** Starts within the last hour, over all incidents of this fix, oldest first. */
  readonly starts: readonly number[]
}

export interface FixSituation {
  readonly now: number
  readonly cause: Cause
  readonly risk: Risk
  /** A second bot on the same token: two would fix the same thing. */
  readonly heldBack: boolean
  /** Somebody is working on the same thing. */
  readonly busy: boolean
}

export type FixDecision =
  | { readonly do: 'run'; readonly attempt: number; readonly reason: 'due' }
  | { readonly do: 'wait'; readonly until: number | null; readonly reason: WaitReason }
  | { readonly do: 'ask'; readonly reason: 'approval' }
  | { readonly do: 'none'; readonly reason: 'not-fixable' | 'held-back' }

export type WaitReason = 'backing-off' | 'cooling' | 'limited' | 'exhausted' | 'busy'

const hour = 3_600_000

/** Whether policy lets a fix run without a person. */
export const needsApproval = (risk: Risk, approve: boolean | undefined): boolean =>
  approve ?? risk === 'destructive'

/** What the policy says about a fix right now. */
export function decideFix(
  limits: FixLimits,
  record: FixRecord,
  situation: FixSituation,
): FixDecision {
  const { now } = situation
  if (situation.cause !== 'threshold') return { do: 'none', reason: 'not-fixable' }
  if (situation.heldBack) return { do: 'none', reason: 'held-back' }
  if (needsApproval(situation.risk, limits.approve)) return { do: 'ask', reason: 'approval' }
  if (record.exhaustedAt !== null && now < record.exhaustedAt + limits.cooldown)
    return { do: 'wait', until: record.exhaustedAt + limits.cooldown, reason: 'cooling' }
  if (record.tries >= limits.attempts) return { do: 'wait', until: null, reason: 'exhausted' }
  const recent = record.starts.filter((start) => start > now - hour)
  const first = recent[recent.length - limits.maxPerHour]
  if (first !== undefined) return { do: 'wait', until: first + hour, reason: 'limited' }
  if (situation.busy) return { do: 'wait', until: null, reason: 'busy' }
  const due = nextTry(limits, record)
  if (due > now) return { do: 'wait', until: due, reason: 'backing-off' }
  return { do: 'run', attempt: record.tries + 1, reason: 'due' }
}

/** The pause doubles with every attempt that did not help. */
function nextTry(limits: FixLimits, record: FixRecord): number {
  if (record.lastEnd === null || record.tries === 0) return 0
  return record.lastEnd + limits.backoff * 2 ** (record.tries - 1)
}
