/** PostgreSQL cuts longer names silently: NAMEDATALEN - 1, in bytes. */
const longestName = 63

const encoder = new TextEncoder()

const bytes = (text: string): number => encoder.encode(text).length

/** A name of a database beside another one, short enough for PostgreSQL. */
export function databaseBeside(name: string, suffix: string): string {
  let base = name
  while (bytes(base) + bytes(suffix) > longestName) base = Array.from(base).slice(0, -1).join('')
  return base + suffix
}

/** Files that belong to a SQLite database: a stale one of them beside another database ruins that. */
export const companionsOf = (path: string): readonly string[] =>
  ['-wal', '-shm', '-journal'].map((end) => path + end)

/** Paths of which none lies in another one. */
export function outermost(paths: readonly string[]): readonly string[] {
  const sorted = [...new Set(paths)].toSorted()
  return sorted.filter(
    (path) =>
      !sorted.some((other) => other !== path && path.startsWith(other.replace(/\/?$/, '/'))),
  )
}
