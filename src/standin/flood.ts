import { spend } from './limits.ts'
import { tooManyRequests } from './refusal.ts'
import type { Chat, World } from './world.ts'

/**
 * Counts a message or an edit against the limits of the bot and of the chat.
 *
 * @throws Refusal 429 with `retry_after` in seconds
 */
export function charge(world: World, chat: Chat): void {
  const { buckets, limits, clock } = world
  const keys = ['all', String(chat.id)]
  const rates = [limits.all, chat.type === 'private' ? limits.privateChat : limits.group]
  const meters = rates.map((rate, i) => ({ rate, bucket: buckets.get(keys[i] ?? '') }))
  const spent = spend(meters, clock.monotonic())
  spent.buckets.forEach((bucket, i) => buckets.set(keys[i] ?? '', bucket))
  if (spent.retryAfter > 0) throw tooManyRequests(spent.retryAfter)
}
