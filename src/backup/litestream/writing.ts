import type { LogLine } from './words.ts'

/** What Litestream says when it begins and ends to write something. */
const kinds = [
  { begun: 'write wal segment', done: 'wal segment written', times: 1 },
  // A snapshot is the whole database.
  { begun: 'write snapshot', done: 'snapshot written', times: 15 },
] as const

type Done = (typeof kinds)[number]['done']

/** How often the time that writing may take is doubled. */
const mostDoubled = 6

/**
 * What Litestream is writing, and whether it is stuck: version 0.3.13 waits for ever for a write that
 * failed before it had read what it was to write. Each time that it was stuck it gets twice as long,
 * so that a slow line is not taken for a broken one for ever.
 *
 * @param patience milliseconds that a segment may take
 */
export function createWriting(patience: number) {
  const open = new Map<
    Done,
    { readonly at: number; readonly since: number; readonly times: number }
  >()
  let doubled = 0

  return {
    /**
     * @param now monotonic milliseconds
     * @returns when a segment that has arrived was begun: all before is in the replica; or null
     */
    take({ at, message }: LogLine, now: number): number | null {
      for (const { begun, done, times } of kinds) {
        if (message === begun) open.set(done, { at, since: now, times })
        if (message !== done) continue
        const written = open.get(done)
        open.delete(done)
        doubled = 0
        if (done === 'wal segment written') return written?.at ?? null
      }
      return null
    },
    /** True once for what is stuck. */
    isStuck(now: number): boolean {
      const allowed = patience * 2 ** doubled
      const isLate = [...open.values()].some(({ since, times }) => now - since > allowed * times)
      if (!isLate) return false
      doubled = Math.min(doubled + 1, mostDoubled)
      open.clear()
      return true
    },
    /** Litestream has ended. */
    clear: (): void => open.clear(),
  }
}
