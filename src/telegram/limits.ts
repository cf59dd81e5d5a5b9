import type { Clock } from '../contract/clock.ts'

/** A token bucket: what was left at a monotonic time in ms. */
export interface Bucket {
  readonly tokens: number
  readonly at: number
}

export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/**
 * Kept below what Telegram allows, so that the bot never earns a 429: 30 messages a second in all,
 * one a second per chat where short bursts pass, 20 a minute per group
 * (core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this).
 */
export const rates = Object.freeze({
  all: { burst: 8, perSecond: 20 },
  privateChat: { burst: 5, perSecond: 1 },
  group: { burst: 5, perSecond: 0.25 },
}) satisfies Readonly<Record<string, Rate>>

/** What a bucket holds at `now`; one that was never used is full. */
export const tokensAt = (bucket: Bucket | undefined, rate: Rate, now: number): number =>
  bucket === undefined
    ? rate.burst
    : Math.min(rate.burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * rate.perSecond)

/** Milliseconds until the bucket holds a whole token. */
export function waitFor(bucket: Bucket | undefined, rate: Rate, now: number): number {
  const seconds = Math.max(0, 1 - tokensAt(bucket, rate, now)) / rate.perSecond
  // The rounding of a float is no millisecond to wait for.
  return Math.ceil(seconds * 1000 - 1e-6)
}

/** The bucket with one token less; it owes one when it was empty. */
export const take = (bucket: Bucket | undefined, rate: Rate, now: number): Bucket => ({
  tokens: tokensAt(bucket, rate, now) - 1,
  at: now,
})

/** How fast messages may leave, for everything that sends. */
export interface Pace {
  /** Milliseconds to wait before the next message to this chat; 0: now. */
  ready(chat: number): number
  took(chat: number): void
  /** Telegram asked for silence: nothing leaves for this many milliseconds. */
  hold(ms: number): void
}

const keptChats = 1000

/** Groups have negative ids: core.telegram.org/bots/api#chat */
const rateOf = (chat: number): Rate => (chat < 0 ? rates.group : rates.privateChat)

/**
 * One pace for the whole bot.
 *
 * @param spent what the program sent before it ended is not known: it begins with nothing left,
 * or a program that starts again and again would send a burst in each of its lives
 */
export function createPace(clock: Pick<Clock, 'monotonic'>, spent = false): Pace {
  const chats = new Map<number, Bucket>()
  const fresh: Bucket | undefined = spent ? { tokens: 0, at: clock.monotonic() } : undefined
  let all = fresh
  let heldUntil = -Infinity
  const forgetFull = (now: number): void => {
    for (const [chat, bucket] of chats) {
      if (tokensAt(bucket, rateOf(chat), now) >= rateOf(chat).burst) chats.delete(chat)
    }
  }
  return {
    ready(chat) {
      const now = clock.monotonic()
      const waits = [
        waitFor(all, rates.all, now),
        waitFor(chats.get(chat) ?? fresh, rateOf(chat), now),
      ]
      return Math.max(0, Math.ceil(heldUntil - now), ...waits)
    },
    took(chat) {
      const now = clock.monotonic()
      all = take(all, rates.all, now)
      chats.set(chat, take(chats.get(chat) ?? fresh, rateOf(chat), now))
      if (chats.size > keptChats) forgetFull(now)
    },
    hold(ms) {
      heldUntil = Math.max(heldUntil, clock.monotonic() + ms)
    },
  }
}
