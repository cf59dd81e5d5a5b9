import type { Clock } from '../contract/clock.ts'
import { OperatorError } from '../contract/error.ts'

/**
 * Runs a call that the kernel may never answer, such as one about a file server that is away. It
 * cannot be ended, only waited for no longer: it goes on holding one of Node's few worker threads.
 */
export type Guard = <T>(key: string, call: () => Promise<T>, ms?: number) => Promise<T>

/** Of Node's four worker threads (docs: UV_THREADPOOL_SIZE), those that stuck calls may hold. */
const mostStuck = 3

/**
 * A guard that waits 5 s, or the given milliseconds, for each call. While a call of one key is stuck no other of that key is
 * begun, and none at all while three are stuck: name resolution needs the last thread.
 */
export function createGuard(clock: Clock): Guard {
  const stuck = new Set<string>()

  return async (key, call, ms = 5000) => {
    if (stuck.has(key) || stuck.size >= mostStuck) {
      const names = [...stuck].join(', ')
      throw new OperatorError(
        `${key} is not looked at: no answer yet from ${names}`,
        'See whether a network file system has lost its server.',
      )
    }
    const { promise, reject } = Promise.withResolvers<never>()
    const timer = clock.after(ms, () => {
      stuck.add(key)
      reject(
        new OperatorError(
          `${key} did not answer within ${ms} ms`,
          'See whether a network file system has lost its server.',
        ),
      )
    })
    const called = call().finally(() => {
      timer.cancel()
      stuck.delete(key)
    })
    return Promise.race([called, promise])
  }
}
