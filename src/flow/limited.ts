import type { Clock } from '../contract/clock.ts'
import { OperatorError } from '../contract/error.ts'

/** How long aborted work may take to let go before it is given up as stuck. */
const grace = 2_000

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
): Promise<T> {
  const abort = new AbortController()
  const timer = clock.after(ms, () => abort.abort(late()))
  const signal = AbortSignal.any([abort.signal, stop])
  const { promise: stuck, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => {
    clock.after(grace, () => reject(abort.signal.reason ?? new OperatorError('stopped')))
  }
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work(signal), stuck])
  } catch (error) {
    throw abort.signal.aborted ? abort.signal.reason : error
  } finally {
    timer.cancel()
    signal.removeEventListener('abort', onAbort)
  }
}
