/** A token bucket's contents: `tokens` were left at the monotonic time `at` (ms). */
export interface Bucket {
  readonly tokens: number
  readonly at: number
}

/** How much a bucket holds and how fast it fills again. */
interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/** What a bot may send. */
export interface Limits {
  readonly all: Rate
  readonly privateChat: Rate
  readonly group: Rate
}

/** core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this; the burst of 10 is what passes in practice. */
export const telegramLimits: Limits = Object.freeze({
  all: { burst: 30, perSecond: 30 },
  privateChat: { burst: 10, perSecond: 1 },
  group: { burst: 20, perSecond: 20 / 60 },
})

/** One bucket and its rate; a bucket that was never used is full. */
export interface Meter {
  readonly bucket: Bucket | undefined
  readonly rate: Rate
}

/** The buckets afterwards; `retryAfter` is 0 when the call may go on, else whole seconds to wait. */
export interface Spent {
  readonly buckets: readonly Bucket[]
  readonly retryAfter: number
}

/** Takes one token from every bucket, or none at all if one of them is short. `now` is monotonic ms. */
export function spend(meters: readonly Meter[], now: number): Spent {
  const levels = meters.map(({ bucket, rate }) => level(bucket, rate, now))
  const waits = meters.map(({ rate }, i) => Math.max(0, 1 - (levels[i] ?? 0)) / rate.perSecond)
  // A billionth off, or the rounding of a float could ask for a second more than is needed.
  const wait = Math.max(...waits) - 1e-9
  const cost = wait > 0 ? 0 : 1
  return {
    buckets: levels.map((tokens) => ({ tokens: tokens - cost, at: now })),
    retryAfter: wait > 0 ? Math.ceil(wait) : 0,
  }
}

function level(bucket: Bucket | undefined, rate: Rate, now: number): number {
  if (bucket === undefined) return rate.burst
  return Math.min(rate.burst, bucket.tokens + ((now - bucket.at) / 1000) * rate.perSecond)
}
