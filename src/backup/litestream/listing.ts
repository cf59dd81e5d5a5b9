/** An unbroken history of a database: a snapshot and everything written since. */
export interface Generation {
  readonly name: string
  /** Epoch milliseconds, whole seconds: of the first snapshot, and of the newest write. */
  readonly from: number
  readonly to: number
}

interface Line {
  readonly generation: string
  readonly at: number
}

/** `file  9b37cc3c5c8e2c06  0  16512  1909  2026-11-22T10:32:34Z`: the generation and the time. */
function lineOf(line: string): Line | null {
  const [, generation = '', time = ''] =
    /^\S+\s+([0-9a-f]{16})\s.*?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\s*$/.exec(line) ?? []
  const at = Date.parse(time)
  return Number.isNaN(at) ? null : { generation, at }
}

/**
 * Gathers what `litestream snapshots` and `litestream wal` list, line by line: the second one can be
 * millions of lines long.
 */
export function createListing() {
  const first = new Map<string, number>()
  const last = new Map<string, number>()

  const newer = ({ generation, at }: Line): void =>
    void last.set(generation, Math.max(last.get(generation) ?? 0, at))

  const each = (text: string, take: (line: Line) => void): void => {
    for (const one of text.split('\n')) {
      const line = lineOf(one)
      if (line) take(line)
    }
  }

  return {
    snapshots: (text: string): void =>
      each(text, (line) => {
        first.set(line.generation, Math.min(first.get(line.generation) ?? Infinity, line.at))
        newer(line)
      }),
    segments: (text: string): void => each(text, newer),
    /** Oldest first. What has no snapshot cannot be restored and is left out. */
    generations: (): readonly Generation[] =>
      [...first]
        .map(([name, from]) => ({ name, from, to: last.get(name) ?? from }))
        .toSorted((a, b) => a.from - b.from),
  }
}
