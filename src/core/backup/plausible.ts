import { formatSize } from '../../contract/units.ts'
import { median } from '../median.ts'

/** What a snapshot holds, as far as it can be compared. */
export interface Contents {
  /** Bytes. */
  readonly bytes: number
  readonly files: number
  /** Rows of each table; empty where there are none to count. */
  readonly counts: Readonly<Record<string, number>>
  /** Tables of which nobody knows how many they have. */
  readonly uncounted?: readonly string[] | undefined
}

/** A part of what is usual below which a snapshot is doubted. */
const leastShare = 0.5
/** Below that many bytes, sizes say nothing: a log was rotated. */
const smallest = 64 * 1024
/** Below that many rows, their number says nothing. */
const fewRows = 100
/** Tables that are named. */
const mostNamed = 3

const named = (names: readonly string[]): string => {
  const rest = names.length - mostNamed
  return `${names.slice(0, mostNamed).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

function shrunk({ bytes, files }: Contents, before: readonly Contents[]): string | null {
  const usualBytes = median(before.map((one) => one.bytes))
  const usualFiles = median(before.map((one) => one.files))
  if (usualBytes > 0 && bytes === 0)
    return `holds nothing, where ${formatSize(usualBytes)} is usual`
  if (usualBytes >= smallest && bytes < usualBytes * leastShare)
    return `holds ${formatSize(bytes)}, where ${formatSize(usualBytes)} is usual`
  if (files < usualFiles * leastShare) return `holds ${files} files, where ${usualFiles} are usual`
  return null
}

/** Tables that had rows in every one of those before, and are empty or gone now. */
function lost({ counts, uncounted }: Contents, before: readonly Contents[]): string | null {
  const [newest] = before
  const emptied = Object.keys(newest?.counts ?? {}).filter(
    (table) =>
      (counts[table] ?? 0) === 0 &&
      uncounted?.includes(table) !== true &&
      before.every((one) => (one.counts[table] ?? 0) > 0),
  )
  if (emptied.length === 0) return null
  const were = emptied.map((table) => {
    const rows = newest?.counts[table] ?? 0
    return `${table} (${rows} rows before)`
  })
  return `is empty or gone: ${named(were)}`
}

/** Tables, or all of them together, of whose rows more than half are gone. */
function fallen(now: Contents, before: readonly Contents[]): string | null {
  const [newest] = before
  if (newest === undefined) return null
  const tables = Object.keys(newest.counts).filter((table) => !now.uncounted?.includes(table))
  const rowsIn = ({ counts }: Contents, of: readonly string[]): number =>
    of.reduce((sum, table) => sum + (counts[table] ?? 0), 0)
  // A fall that a person has accepted is how it is from then on.
  const usual = (of: readonly string[]): number =>
    Math.min(median(before.map((one) => rowsIn(one, of))), rowsIn(newest, of))
  const isFall = (of: readonly string[]): boolean =>
    usual(of) >= fewRows && rowsIn(now, of) < usual(of) * leastShare
  const fell = tables.filter((table) => isFall([table]))
  const words = fell.map(
    (table) => `${rowsIn(now, [table])} rows in ${table}, where ${usual([table])} are usual`,
  )
  if (words.length > 0) return `holds ${named(words)}`
  const all = [...new Set([...tables, ...Object.keys(now.counts)])]
  return isFall(all) ? `holds ${rowsIn(now, all)} rows, where ${usual(all)} are usual` : null
}

/** A database without a single row, where that is not how it was before. */
function empty({ counts, uncounted = [] }: Contents, before: readonly Contents[]): string | null {
  const rows = Object.values(counts)
  const [newest] = before
  if (uncounted.length > 0 || rows.some((count) => count > 0)) return null
  if (newest && Object.values(newest.counts).every((count) => count === 0)) return null
  const had = Object.values(newest?.counts ?? {}).reduce((sum, count) => sum + count, 0)
  const were = had === 0 ? '' : `, where there were ${had} rows before`
  if (rows.length === 0) return `holds no table${were}`
  const tables = rows.length === 1 ? 'its only table' : `any of its ${rows.length} tables`
  return `holds no row in ${tables}${were}`
}

/**
 * Whether a snapshot is what the last good ones lead one to expect.
 *
 * @param before the last good ones, newest first; none: only an empty database is doubted
 * @param isDatabase its tables were counted
 * @returns why it is doubted, or null
 */
export function doubtOf(
  now: Contents,
  before: readonly Contents[],
  isDatabase: boolean,
): string | null {
  const none = isDatabase ? empty(now, before) : null
  return (
    none ??
    (isDatabase ? (lost(now, before) ?? fallen(now, before)) : null) ??
    (before.length > 0 ? shrunk(now, before) : null)
  )
}
