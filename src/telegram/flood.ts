import type { Clock } from '../contract/clock.ts'

/** `warn` comes once, on the first thing too many; `silent` until there is room again. */
export type FloodVerdict = 'pass' | 'warn' | 'silent'

const windowMs = 60_000

export type FloodGuard = (user: number) => FloodVerdict

/** At most `most` things a minute per user. What is turned away does not count against them. */
export function createFlood(clock: Pick<Clock, 'monotonic'>, most: number): FloodGuard {
  const users = new Map<number, { times: readonly number[]; warned: boolean }>()
  return (user) => {
    const now = clock.monotonic()
    const known = users.get(user)
    const times = (known?.times ?? []).filter((at) => now - at < windowMs)
    if (times.length < most) {
      users.set(user, { times: [...times, now], warned: false })
      return 'pass'
    }
    users.set(user, { times, warned: true })
    return known?.warned ? 'silent' : 'warn'
  }
}
