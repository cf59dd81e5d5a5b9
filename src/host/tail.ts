/** The end of a stream, in bounded memory. */
export interface Tail {
  push(chunk: Uint8Array): void
  /** What was kept, as UTF-8; a character cut in two at its start is left out. */
  text(): string
}

/** Keeps the last `keep` bytes; what comes before them is dropped as it comes. */
export function createTail(keep: number): Tail {
  let chunks: Uint8Array[] = []
  let size = 0
  let dropped = false

  /** Copied rather than cut: a cut piece would hold the whole chunk in memory. */
  const trim = (): void => {
    const all = Buffer.concat(chunks)
    const last = Buffer.from(all.subarray(Math.max(all.length - keep, 0)))
    dropped ||= last.length < all.length
    chunks = [last]
    size = last.length
  }

  return {
    push(chunk) {
      chunks.push(chunk)
      size += chunk.length
      if (size > 2 * keep + 65_536 || chunks.length > 1024) trim()
    },
    text() {
      trim()
      const bytes = chunks[0] ?? new Uint8Array()
      let start = 0
      while (dropped && start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1
      return Buffer.from(bytes.subarray(start)).toString('utf8')
    },
  }
}
