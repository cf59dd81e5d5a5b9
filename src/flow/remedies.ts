import type { FixConfig } from '../config/types.ts'
import type { Fix } from '../contract/fix.ts'
import type { Cause } from '../contract/view.ts'
import { type Incident, incidentKey, type Remedy } from '../core/incident.ts'
import { decideFix, type FixDecision, type FixRecord } from '../core/remedy.ts'
import type { Attempt } from '../store/attempts.ts'
import type { Context } from './context.ts'
import { holdsOf } from './holds.ts'
import { type Target, targetId } from './target.ts'

/** A fix with everything that is needed to use it on one subject. */
export interface Usable {
  readonly config: FixConfig
  readonly fix: Fix
  readonly target: Target
  /** The incident's key: attempts and cool-downs are counted by it. */
  readonly key: string
  readonly lock: string
}

const hour = 3_600_000

/** What a fix works on: two fixes of the same service never run at once. */
export const lockOf = (config: FixConfig): string =>
  config.kind === 'restart'
    ? `service:${(config.params as { service: string }).service}`
    : `fix:${config.name}`

/** The fix that a target's check names, if it can be used. */
export function usableFix(
  context: Context,
  target: Target,
  subject: string,
  cause: Cause,
): Usable | undefined {
  const config = target.check.fix === undefined ? undefined : context.fix(target.check.fix)
  const fix = config && context.kinds.fixes.get(config.kind)
  if (!config || !fix) return undefined
  const { name: check } = target.check
  const key = incidentKey({ check, host: target.host.name, subject, cause })
  return { config, fix, target, key, lock: lockOf(config) }
}

export const usableFor = (context: Context, incident: Incident): Usable | undefined => {
  const target = context.targets().get(targetId(incident.check, incident.host))
  return target && usableFix(context, target, incident.subject, incident.cause)
}

const unverified = (attempt: Attempt): boolean =>
  attempt.by === undefined && attempt.state !== 'verified'

/** What was tried before, as the policy wants to know it. */
function recordOf(context: Context, usable: Usable, incident: number | null): FixRecord {
  const { attempts } = context.store
  const exhaustedAt = attempts.exhaustedAt(usable.key)
  const tries = incident === null ? [] : attempts.ofIncident(incident)
  const round = tries.filter((one) => unverified(one) && one.startedAt > (exhaustedAt ?? 0))
  const last = round.at(-1)
  return {
    tries: round.length,
    // One that could not be written to its end still has its pause.
    lastEnd: last ? (last.endedAt ?? last.startedAt) : null,
    exhaustedAt,
    starts: attempts.startsSince(usable.config.name, context.clock.now() - hour),
  }
}

/** What the policy says about a fix on an incident, or on one that is about to be opened (null). */
export function decisionFor(
  context: Context,
  usable: Usable,
  incident: number | null,
  cause: Cause,
): FixDecision {
  return decideFix(usable.config, recordOf(context, usable, incident), {
    now: context.clock.now(),
    cause,
    risk: usable.fix.risk,
    heldBack: context.heldBack() || isHeld(context, usable),
    busy: context.work.busy(usable.lock) !== undefined,
  })
}

/** Its service may be started by a person alone. */
const isHeld = (context: Context, { lock }: Usable): boolean =>
  lock.startsWith('service:') && holdsOf(context).of(lock.slice('service:'.length)) !== null

/** A decision as the incident shows it; null where the fix has no say in it. */
export function remedyOf(
  usable: Usable,
  decision: FixDecision,
  before: Remedy | null,
): Remedy | null {
  const base = {
    fix: usable.config.name.startsWith('restart:') ? 'restart' : usable.config.name,
    of: usable.config.attempts,
    attempt: before?.attempt ?? 0,
    result: before?.result ?? null,
    next: null,
  }
  if (decision.do === 'none') return null
  if (decision.do === 'ask') return { ...base, phase: 'approval' }
  if (decision.do === 'run') return { ...base, phase: 'running', attempt: decision.attempt }
  if (decision.reason === 'busy')
    return { ...base, phase: 'running', attempt: Math.max(1, base.attempt) }
  return { ...base, phase: decision.reason, next: decision.until }
}
