import type { Clock } from '../contract/clock.ts'
import { OperatorError } from '../contract/error.ts'

/** How long aborted work may usually take to let go before it is given up as stuck. */
const usualGrace = 2_000

/**
 * Runs `work` with a signal that is aborted after `ms`, or by `stop`; waits for it to let go, but not
 * for ever.
 *
 * @throws what `late` makes when the time was up; else whatever `work` threw
 */
export async function limited<T>(
  clock: Clock,
  ms: number,
  stop: AbortSignal,
  late: () => OperatorError,
  work: (signal: AbortSignal) => Promise<T>,
  grace = usualGrace,
): Promise<T> {
  const abort = new AbortController()
  const { signal } = abort
  let over: OperatorError | undefined
  const timer = clock.after(ms, () => {
    over = late()
    abort.abort(over)
  })
  // AbortSignal.any would leave something behind at `stop`, which lives on, with every call.
  const onStop = (): void => abort.abort(stop.reason)
  const { promise: stuck, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => {
    clock.after(grace, () => reject(over ?? new OperatorError('stopped')))
  }
  signal.addEventListener('abort', onAbort, { once: true })
  if (stop.aborted) onStop()
  else stop.addEventListener('abort', onStop, { once: true })
  try {
    return await Promise.race([work(signal), stuck])
  } catch (error) {
    throw over ?? error
  } finally {
    timer.cancel()
    stop.removeEventListener('abort', onStop)
    signal.removeEventListener('abort', onAbort)
  }
}
