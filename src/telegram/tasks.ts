import type { Clock } from '../contract/clock.ts'
import type { Log } from '../contract/log.ts'

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
  const slots = new Map<number, number>()
  let taken = 0

  function occupy(user: number): () => void {
    slots.set(user, (slots.get(user) ?? 0) + 1)
    taken++
    let held = true
    return () => {
      if (!held) return
      held = false
      taken--
      const left = (slots.get(user) ?? 1) - 1
      if (left > 0) slots.set(user, left)
      else slots.delete(user)
    }
  }

  function run(what: string, task: () => Promise<void> | void, done: () => void): void {
    const stuck = clock.after(stuckMs, () => {
      log.error({ what }, 'task does not end')
      done()
      running.delete(promise)
    })
    // The task begins in this very tick, so that what it does at once is done before anything else.
    const promise = (async () => task())()
      .catch((error: unknown) => log.error({ err: error, what }, 'task failed'))
      .finally(() => {
        stuck.cancel()
        done()
        running.delete(promise)
      })
    running.add(promise)
  }

  return {
    start(user, what, task) {
      if (taken >= inAll || (slots.get(user) ?? 0) >= perUser) return false
      run(what, task, occupy(user))
      return true
    },
    follow: (what, task) => run(what, task, () => undefined),
    drain: (ms) =>
      new Promise((resolve) => {
        const timer = clock.after(ms, resolve)
        void Promise.all(running).then(() => {
          timer.cancel()
          resolve()
        })
      }),
  }
}
