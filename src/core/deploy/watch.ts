import type { LogPattern } from '../../contract/log-entry.ts'
import { median } from '../median.ts'

/** How a service was before a release. */
export interface Baseline {
  /** Of its health address, in milliseconds. */
  readonly latencies: readonly number[]
  /** Errors in its log a minute; null where its lines do not say when they were written. */
  readonly errorsPerMinute: number | null
  /** Patterns of those errors. */
  readonly patterns: readonly string[]
}

/** How it has been since. */
export interface Watched {
  readonly minutes: number
  readonly looks: number
  readonly bad: number
  /** Bad looks without a good one between them, up to now. */
  readonly badInARow: number
  /** What the last bad look saw. */
  readonly saw: string
  readonly latencies: readonly number[]
  readonly errors: readonly LogPattern[]
}

export type Verdict = { readonly is: 'ok' } | { readonly is: 'worse'; readonly why: string }

const ok: Verdict = { is: 'ok' }
const worse = (why: string): Verdict => ({ is: 'worse', why })

/** Three looks in a row are no hiccup. */
const mostInARow = 3
/** Of fewer looks no share is made. */
const leastLooks = 20
const mostBadShare = 0.1

/** Fewer latencies than this, before or since, say nothing. */
const leastLatencies = 10
/** Milliseconds: what nobody notices is not worse. */
const leastSlower = 50
const slowerBy = 2
/** Median absolute deviation to standard deviation of a normal distribution. */
const madScale = 1.4826
const deviations = 3

/** A pattern that was never seen before counts from so many lines on. */
const leastNew = 5
const leastMore = 10
const moreBy = 3

function judgeLooks({ looks, bad, badInARow, saw }: Watched): Verdict {
  if (badInARow >= mostInARow) return worse(`${badInARow} looks in a row were bad: ${saw}`)
  if (looks >= leastLooks && bad / looks > mostBadShare)
    return worse(`${bad} of ${looks} looks were bad: ${saw}`)
  return ok
}

function judgeLatency(before: readonly number[], since: readonly number[]): Verdict {
  if (before.length < leastLatencies || since.length < leastLatencies) return ok
  const usual = median(before)
  const spread = madScale * median(before.map((one) => Math.abs(one - usual)))
  const now = median(since)
  const limit = Math.max(usual * slowerBy, usual + deviations * spread, usual + leastSlower)
  return now > limit
    ? worse(`it answers in ${Math.round(now)} ms, before in ${Math.round(usual)} ms`)
    : ok
}

const shown = (text: string): string => (text.length > 120 ? `${text.slice(0, 119)}…` : text)

function judgeErrors(before: Baseline, { minutes, errors }: Watched): Verdict {
  const known = new Set(before.patterns)
  const fresh = errors.find(({ pattern, count }) => count >= leastNew && !known.has(pattern))
  if (fresh) return worse(`a new error, ${fresh.count} times: ${shown(fresh.example)}`)
  if (before.errorsPerMinute === null || minutes <= 0) return ok
  const total = errors.reduce((sum, { count }) => sum + count, 0)
  const expected = before.errorsPerMinute * minutes
  return total >= leastMore && total > expected * moreBy
    ? worse(`${total} errors in its log, before ${Math.round(expected)} in the same time`)
    : ok
}

/**
 * Whether a service is worse than before: not healthy, slower beyond doubt, new errors or many more
 * of them. Little data is never a reason.
 */
export function judgeWatch(before: Baseline, since: Watched): Verdict {
  const verdicts = [
    judgeLooks(since),
    judgeLatency(before.latencies, since.latencies),
    judgeErrors(before, since),
  ]
  return verdicts.find(({ is }) => is === 'worse') ?? ok
}

/** Those that there are more of than before, whatever their order. */
function surplus(before: readonly string[], now: readonly string[]): readonly string[] {
  const left = new Map<string, number>()
  for (const line of before) left.set(line, (left.get(line) ?? 0) + 1)
  return now.filter((line) => {
    const count = left.get(line) ?? 0
    left.set(line, count - 1)
    return count <= 0
  })
}

/** How many lines up to `end` are the last of `before`; 0 where one of them is another. */
function overlap(before: readonly string[], now: readonly string[], end: number): number {
  const most = Math.min(before.length, end + 1)
  for (let back = 0; back < most; back++)
    if (now[end - back] !== before[before.length - 1 - back]) return 0
  return most
}

/**
 * The lines that were added to a log between two looks at its end. A log may be of several files, which
 * change places from look to look where their lines do not say when they were written: so of what
 * does not go on where the last look ended, only that counts which was not there before, or not so
 * often. All of the later ones when nothing of the earlier ones is left.
 */
export function addedLines(before: readonly string[], now: readonly string[]): readonly string[] {
  for (let end = now.length - 1; end >= 0; end--) {
    const same = overlap(before, now, end)
    if (same > 0) return surplus(before.slice(0, before.length - same), now.slice(end + 1))
  }
  return surplus(before, now)
}
