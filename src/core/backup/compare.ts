type Counts = Readonly<Record<string, number>>

/** Differences that are named. */
const mostNamed = 3

/**
 * What restored tables have that is not as it was when they were backed up.
 *
 * @param was rows then; tables that could not be counted are not in it
 * @param left tables that cannot be counted now
 * @returns a few words, or null where all is equal
 */
export function differences(was: Counts, is: Counts, left: readonly string[] = []): string | null {
  const found = Object.entries(was).filter(
    ([table, rows]) => is[table] !== rows && !left.includes(table),
  )
  if (found.length === 0) return null
  const named = found.slice(0, mostNamed).map(([table, rows]) => {
    const now = is[table]
    return `${table} has ${now === undefined ? 'no' : now} of ${rows} rows`
  })
  const rest = found.length - named.length
  return named.join(', ') + (rest > 0 ? `, and ${rest} more tables differ` : '')
}
