/** A lock as its holder has written it down. */
interface Lock {
  readonly host: string
  readonly pid: number
  /** Epoch milliseconds of when it was last renewed. */
  readonly at: number
}

/** What this machine knows when it looks at a lock. All times are epoch milliseconds. */
export interface LockView {
  readonly hostname: string
  readonly now: number
  /** When the job began that asks. */
  readonly since: number
  /** The process ids of every restic on this machine. */
  readonly alive: ReadonlySet<number>
}

/**
 * Whose a lock is. left: of a restic of this machine that died since the job began: ours · working:
 * of one that runs here · stale: its holder is dead, or has not renewed it for long · held: of
 * another machine that has renewed it lately.
 */
export type LockState = 'left' | 'working' | 'stale' | 'held'

/** restic renews a lock every 5 minutes, and calls it stale after this: internal/restic/lock.go. */
const staleAfter = 30 * 60_000

const isOld = ({ at }: Lock, { now }: LockView): boolean => now - at > staleAfter

export function lockState(lock: Lock, view: LockView): LockState {
  if (lock.host !== view.hostname) return isOld(lock, view) ? 'stale' : 'held'
  if (view.alive.has(lock.pid)) return 'working'
  return lock.at >= view.since ? 'left' : 'stale'
}

/**
 * Whether the bot may remove locks by itself: its own job left some, and there is none that restic,
 * which removes all stale ones at once, would take with them, nor one of another machine.
 */
export function mayUnlock(locks: readonly Lock[], view: LockView): boolean {
  const states = locks.map((lock) => lockState(lock, view))
  const isSafe = (lock: Lock, at: number): boolean =>
    states[at] === 'left' || (states[at] === 'working' && !isOld(lock, view))
  return states.includes('left') && locks.every(isSafe)
}
