import type { Clock } from '../contract/clock.ts'
import { formatDuration } from '../contract/units.ts'
import type { Reading } from '../contract/reading.ts'
import { recovers } from '../core/evaluate.ts'
import type { Seen } from './probing.ts'
import type { Target } from './target.ts'

export interface VerifyLimits {
  /** Within what time the first good reading must come; all in milliseconds. */
  readonly within: number
  readonly every: number
  /** How long it must then stay good, with the same identity. */
  readonly hold: number
}

export interface Held {
  readonly ok: boolean
  /** What the last look saw. */
  readonly after: string
}

export interface VerifyingOutside {
  readonly clock: Clock
  readonly look: (target: Target) => Promise<Seen>
  readonly watch: (target: Target, changed: () => void) => () => void
}

/** All subjects of a target at once: each of them must be good. */
export const everySubject = '*'

/** Whether a reading is good enough to end every level of its check. */
export function isGood(target: Target, reading: Reading): boolean {
  const { levels, recover, units } = target.rules
  const verdicts = levels.map((level) =>
    recovers(level, recover, reading.metrics, units[level.threshold.metric]),
  )
  // Asked for and not known yet, as the health of what has only just started.
  const open = levels.some((level) => reading.metrics[level.threshold.metric] === null)
  const good = verdicts.includes(true) && !verdicts.includes(false)
  return good && !open && reading.metrics['stopped'] !== true && reading.witnessed !== false
}

/** Waits, or less when the signal or the target itself says that there is something to see. */
function pause(outside: VerifyingOutside, target: Target, ms: number, signal: AbortSignal) {
  return new Promise<void>((resolve) => {
    const unwatch = outside.watch(target, finish)
    const timer = outside.clock.after(ms, finish)
    signal.addEventListener('abort', finish, { once: true })
    function finish(): void {
      unwatch()
      timer.cancel()
      signal.removeEventListener('abort', finish)
      resolve()
    }
  })
}

const concerns =
  (subject: string) =>
  (reading: Reading): boolean =>
    subject === everySubject || reading.subject === subject

/** What the worst of the readings says. */
const sawOf = (target: Target, readings: readonly Reading[]): string =>
  (readings.find((reading) => !isGood(target, reading)) ?? readings[0])?.saw ?? ''

/** What is down this long after it was restarted does not come up by being waited for. */
const deathGrace = 1_000

/** Whether `down` means that the process is dead, not that something does not answer yet. */
const seesDeath = ({ service }: Target): boolean =>
  service !== null && service.manager.kind !== 'command'

/** Since when a process has been seen dead without a break. */
const deadSince = (
  readings: readonly Reading[],
  before: number | null,
  now: number,
): number | null =>
  readings.some((reading) => reading.metrics['down'] === true && reading.identity === undefined)
    ? (before ?? now)
    : null

/**
 * Runs the check that complained again until it is satisfied, and for a service until the same
 * process has stayed healthy long enough. A change within that time is the same attempt failing.
 *
 * @param since monotonic milliseconds at the end of the action
 * @returns null when `signal` ended it before there was a verdict
 */
export async function verify(
  outside: VerifyingOutside,
  target: Target,
  subject: string,
  limits: VerifyLimits,
  signal: AbortSignal,
): Promise<Held | null> {
  const { clock } = outside
  const start = clock.monotonic()
  let good: { readonly since: number; readonly identity: string } | null = null
  let died: number | null = null
  for (;;) {
    const seen = await outside.look(target)
    if (signal.aborted) return null
    const now = clock.monotonic()
    const readings = 'readings' in seen ? seen.readings.filter(concerns(subject)) : []
    const after = 'problem' in seen ? seen.problem : sawOf(target, readings)
    const ok = readings.length > 0 && readings.every((reading) => isGood(target, reading))
    const identity = readings.map((reading) => reading.identity ?? '').join()
    const dead: number | null = ok || !seesDeath(target) ? null : deadSince(readings, died, now)
    if (dead !== null && now - dead >= deathGrace) return { ok: false, after }
    died = dead
    if (good && (!ok || identity !== good.identity))
      return {
        ok: false,
        after: `failed again after ${formatDuration(Math.max(1_000, now - good.since))}: ${after}`,
      }
    if (ok && !good) good = { since: now, identity }
    if (good && now - good.since >= limits.hold) return { ok: true, after }
    if (!good && now - start >= limits.within) return { ok: false, after }
    const left = good ? good.since + limits.hold - now : start + limits.within - now
    await pause(outside, target, Math.max(1, Math.min(limits.every, left)), signal)
    if (signal.aborted) return null
  }
}
