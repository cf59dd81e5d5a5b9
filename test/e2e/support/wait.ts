import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Looks again until something has come true: for what neither the chat nor a file tells.
 *
 * @throws Error after `ms` milliseconds, with what `describe` says
 */
export async function until<T>(
  look: () => T | undefined,
  ms: number,
  describe: () => unknown,
): Promise<T> {
  const end = performance.now() + ms
  for (;;) {
    const found = look()
    if (found !== undefined) return found
    if (performance.now() > end)
      throw new Error(`waited ${ms} ms in vain; there is: ${JSON.stringify(describe(), null, 1)}`)
    await sleep(100)
  }
}
