import type { Clock } from '../contract/clock.ts'
import type { Log } from '../contract/log.ts'
import { within } from './sleep.ts'

/** Work that runs apart from the reading of updates, so that a slow command delays nobody else's. */
export interface Tasks {
  /** Starts at once; false when this user, or the bot, already has too much under way. */
  start(user: number, what: string, task: () => Promise<void> | void): boolean
  /** The same without a bound, for what a person has already confirmed. */
  follow(what: string, task: () => Promise<void>): void
  /** Resolves when all have ended, or after `ms` milliseconds. */
  drain(ms: number): Promise<void>
}

const perUser = 5
const inAll = 30
/** Everything a task may do has limits of its own; one that outlives this is a fault of the program. */
const stuckMs = 900_000

/** Tasks in flight. */
export function createTasks({ clock, log }: { clock: Clock; log: Log }): Tasks {
  const running = new Set<Promise<void>>()
  const places = createPlaces()

  function run(what: string, task: () => Promise<void> | void, free: () => void): void {
    const end = (): void => {
      free()
      running.delete(promise)
    }
    const stuck = clock.after(stuckMs, () => {
      log.error({ what }, 'task does not end')
      end()
    })
    // The task begins in this very tick, so that what it does at once is done before anything else.
    const promise = (async () => task())()
      .catch((error: unknown) => log.error({ err: error, what }, 'task failed'))
      .finally(() => {
        stuck.cancel()
        end()
      })
    running.add(promise)
  }

  return {
    start(user, what, task) {
      const free = places.take(user)
      if (free) run(what, task, free)
      return free !== undefined
    },
    follow: (what, task) => run(what, task, () => undefined),
    drain: (ms) => within(clock, ms, Promise.all(running)),
  }
}

/** Counts what is under way; a place is given back once, however often it is said. */
function createPlaces() {
  const taken = new Map<symbol, number>()
  return {
    /** How to give it back; undefined when there is none. */
    take(user: number): (() => void) | undefined {
      const own = [...taken.values()].filter((one) => one === user).length
      if (taken.size >= inAll || own >= perUser) return undefined
      const place = Symbol('place')
      taken.set(place, user)
      return () => void taken.delete(place)
    },
  }
}
