import type { Clock, Timer } from '../contract/clock.ts'
import type { Log } from '../contract/log.ts'
import type { Loop } from '../contract/loop.ts'
import { overdue, standstill } from '../core/overdue.ts'

/** How often it looks. */
const every = 5_000
/** A loop that is this late is not slow but stuck, and a fresh start is the only cure. */
const hopelessAfter = 60_000
/** Stuck loops that are named; with more of them the cause is the same. */
const mostNamed = 5

export interface WatchdogOutside {
  readonly clock: Clock
  readonly log: Log
  /** Something is being done to a machine that a restart would interrupt. */
  readonly busy: () => boolean
  /** Only a fresh start helps. Called once. */
  readonly hopeless: (loops: readonly string[]) => void
}

/** Knows every loop of the program, and notices those that no longer turn. */
export function createWatchdog({ clock, log, busy, hopeless }: WatchdogOutside) {
  const due = new Map<string, number>()
  let timer: Timer | null = null
  let lookedAt = clock.monotonic()
  let given = false

  const forgive = (): void => {
    const now = clock.monotonic()
    const lost = standstill(now - lookedAt, every)
    lookedAt = now
    if (lost === 0) return
    log.warn({ ms: Math.round(lost) }, 'the program stood still')
    for (const [name, at] of due) due.set(name, at + lost)
  }

  const late = () => {
    forgive()
    return overdue(due, lookedAt)
  }

  const look = (): void => {
    timer = clock.after(every, look)
    const stuck = late().filter((one) => one.late >= hopelessAfter)
    if (stuck.length === 0 || given || busy()) return
    given = true
    const loops = stuck.slice(0, mostNamed).map(({ name }) => name)
    log.error({ loops, count: stuck.length }, 'stuck: a fresh start is needed')
    hopeless(loops)
  }

  return {
    /** @param name unique: what is said of it when it is stuck */
    loop: (name: string): Loop => ({
      expect: (ms) => void due.set(name, clock.monotonic() + ms),
      rest: () => void due.delete(name),
    }),
    start(): void {
      lookedAt = clock.monotonic()
      timer ??= clock.after(every, look)
    },
    stop(): void {
      timer?.cancel()
      due.clear()
    },
    /** What is stuck now, for whoever asks from outside. */
    faults: (): readonly string[] =>
      late()
        .slice(0, mostNamed)
        .map((one) => `${one.name}: stuck for ${Math.round(one.late / 1_000)} s`),
  }
}
