/** Patterns remembered; a log that has more of them cannot be told by its patterns. */
const mostKnown = 20_000

/** 53 bits of two FNV-1a hashes (isthe.com/chongo/tech/comp/fnv): a number costs little to keep. */
export function fingerprintOf(text: string): number {
  let low = 0x811c9dc5
  let high = 0x1234567
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    low = Math.imul(low ^ code, 0x01000193)
    high = Math.imul(high ^ (code + at), 0x01000193)
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0)
}

/** Which patterns have been seen, and when last. */
export interface Known {
  /**
   * Notes a pattern. `full`: it is not known whether it is new, because there was no room to remember
   * all that were seen; what is forgotten for want of room must never look new.
   */
  see(pattern: string, now: number): 'new' | 'known' | 'full'
}

/** @param forget milliseconds after which a pattern that did not come again counts as new */
export function createKnown(forget: number, most = mostKnown): Known {
  const seen = new Map<number, number>()
  let prunedAt = -Infinity

  const prune = (now: number): void => {
    if (now === prunedAt) return
    prunedAt = now
    for (const [key, at] of Array.from(seen)) if (now - at > forget) seen.delete(key)
  }
  return {
    see(pattern, now) {
      const key = fingerprintOf(pattern)
      const last = seen.get(key)
      if (last === undefined && seen.size >= most) prune(now)
      if (last === undefined && seen.size >= most) return 'full'
      if (last !== now) seen.set(key, now)
      return last === undefined || now - last > forget ? 'new' : 'known'
    },
  }
}
