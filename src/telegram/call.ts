import type { Api } from 'grammy'
import type { Clock } from '../contract/clock.ts'

/** grammY names the AbortSignal of a package of its own; the platform's is the same thing. */
export type ApiSignal = NonNullable<Parameters<Api['getMe']>[0]>

/** Runs one call with a limit of `ms` milliseconds; `outer` ends it earlier. */
export async function withLimit<T>(
  clock: Clock,
  ms: number,
  outer: AbortSignal | undefined,
  call: (signal: ApiSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  const timer = clock.after(ms, abort)
  if (outer?.aborted) abort()
  outer?.addEventListener('abort', abort)
  try {
    return await call(controller.signal as unknown as ApiSignal)
  } finally {
    timer.cancel()
    outer?.removeEventListener('abort', abort)
  }
}
