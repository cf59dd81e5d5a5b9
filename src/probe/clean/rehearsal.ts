import { randomBytes } from 'node:crypto'
import { lstat, lutimes, mkdir, rename, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { OperatorError } from '../../contract/error.ts'
import type { Scratch, Stage } from '../../contract/fix.ts'
import { formatDuration, formatSize } from '../../contract/units.ts'
import { type Moved, movedInto } from './sample.ts'

/** What a cleaning is told, in milliseconds and bytes. */
export interface Cleaning {
  readonly paths: readonly string[]
  readonly older_than: number
  readonly keep: number
  readonly min_size?: number | undefined
}

/** Enough to see the rule at work without filling anybody's disk. */
const mostPatterns = 5
const mostKept = 20
const largest = 64 * 1024
const usualSize = 16 * 1024
/** Entries of one pattern that have to go. */
const going = 3
const minute = 60_000
/** Below this age nothing is too new for the length of a rehearsal. */
const shortestAge = 5 * minute

interface Piece {
  readonly path: string
  /** What it is there to show: "too new". */
  readonly why:
    | 'goes'
    | 'too new'
    | 'among the newest'
    | 'too small'
    | 'links'
    | 'what they point to'
  readonly modified: number
  readonly bytes: number
  readonly kind: 'file' | 'directory' | 'link'
}

interface Reduced extends Cleaning {
  readonly differs: readonly string[]
}

/** The settings as they can be played through at once, and what that changed. */
function reduced(settings: Cleaning): Reduced {
  const { paths, keep, min_size: minSize } = settings
  const differs = [
    ...(paths.length > mostPatterns ? [`the first ${mostPatterns} of ${paths.length} paths`] : []),
    ...(keep > mostKept ? [`keeps ${mostKept} instead of ${keep}`] : []),
    ...(minSize !== undefined && minSize > largest
      ? [`files of ${formatSize(largest)} instead of ${formatSize(minSize)}`]
      : []),
  ]
  return {
    paths: paths.slice(0, mostPatterns),
    older_than: settings.older_than,
    keep: Math.min(keep, mostKept),
    ...(minSize !== undefined && { min_size: Math.min(minSize, largest) }),
    differs,
  }
}

/** What is laid out for one pattern, from the newest to the oldest. Pure. */
function piecesFor(moved: Moved, settings: Cleaning, now: number, aside: string): Piece[] {
  const { older_than: age, keep, min_size: minSize } = settings
  const bytes = Math.max(usualSize, minSize ?? 0)
  const pieces: Piece[] = []
  let minutes = 1
  const add = (tag: string, why: Piece['why'], more: Partial<Piece> = {}): void => {
    const path = moved.path(tag)
    const modified = now - age - minutes++ * minute
    if (path !== undefined) pieces.push({ path, why, modified, bytes, kind: 'file', ...more })
  }
  if (!moved.many) {
    if (keep === 0) add('x', 'goes')
    return pieces
  }
  const hasNew = age >= shortestAge
  if (hasNew) add('new', 'too new', { modified: now - Math.round(age / 2) })
  // The newest are kept whatever their age, and what is too new is among them.
  for (let n = hasNew ? 1 : 0; n < keep; n++) add(`kept${n}`, 'among the newest')
  for (let n = 1; n <= going; n++)
    add(`old${n}`, 'goes', n === going && !moved.deep ? { kind: 'directory' } : {})
  if (minSize !== undefined && minSize > 0) add('small', 'too small', { bytes: 0 })
  add('link', 'links', { kind: 'link', bytes: 0 })
  const old = { modified: now - age - minutes * minute, kind: 'file' } as const
  return [...pieces, { path: aside, why: 'what they point to', bytes, ...old }]
}

/** Makes one thing, with its age; `at` is where it is put first. */
async function lay(piece: Piece, at: string, target: string): Promise<void> {
  const when = new Date(piece.modified)
  await mkdir(dirname(at), { recursive: true })
  if (piece.kind === 'link') {
    await symlink(target, at)
    return lutimes(at, when, when)
  }
  const file = piece.kind === 'directory' ? join(at, 'content') : at
  if (piece.kind === 'directory') await mkdir(at)
  // Random, so that no file system makes it smaller.
  await writeFile(file, randomBytes(piece.bytes))
  await utimes(file, when, when)
  if (piece.kind === 'directory') await utimes(at, when, when)
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )

/** "too new, links": of which sorts they are. */
const sorts = (pieces: readonly Piece[]): string =>
  [...new Set(pieces.map(({ why }) => why))].join(', ')

async function proof(staying: readonly Piece[], leaving: readonly Piece[]): Promise<string> {
  const missing: Piece[] = []
  for (const piece of staying) if (!(await isThere(piece.path))) missing.push(piece)
  if (missing.length > 0)
    throw new OperatorError(
      `it removed what had to stay: ${sorts(missing)}`,
      'Do not let it run: take `fix` out of the checks that name it, and report this.',
    )
  const left: Piece[] = []
  for (const piece of leaving) if (await isThere(piece.path)) left.push(piece)
  if (left.length > 0)
    throw new OperatorError(`it left ${left.length} of ${leaving.length} that had to go`)
  return `What had to stay is still there: ${sorts(staying)}`
}

/**
 * A full directory: old files that match the patterns of the config, moved into the scratch place,
 * among others that must survive the cleaning.
 */
export async function fullDirectory(settings: Cleaning, scratch: Scratch): Promise<Stage> {
  const { directory, now } = scratch
  const rules = reduced(settings)
  const place = join(directory, 'full')
  const moved = rules.paths.map((pattern, at) => movedInto(join(place, String(at)), pattern))
  const aside = (at: number): string => join(directory, 'beside', String(at))
  const each = moved.map((one, at) => piecesFor(one, rules, now, aside(at)))
  const pieces = each.flat()
  const leaving = pieces.filter(({ why }) => why === 'goes')
  if (leaving.length === 0)
    throw new OperatorError(
      'there is nothing that this fix would remove',
      'Its paths name single files, and `keep` keeps each of them: take `keep` away, or use globs.',
    )
  const staying = pieces.filter(({ why }) => why !== 'goes')
  for (const [at, some] of each.entries()) {
    await mkdir(join(place, String(at)), { recursive: true })
    for (const piece of some) if (piece.why !== 'goes') await lay(piece, piece.path, aside(at))
  }
  const size = pieces
    .filter(({ path }) => path.startsWith(`${place}/`))
    .reduce((sum, { bytes }) => sum + bytes, 0)
  // Not before the last one is there: the fix must not meet a directory that is half full.
  const limit = `${Math.floor((size - usualSize / 2) / 1024)}KiB`
  return {
    fault: `${leaving.length} files older than ${formatDuration(rules.older_than)} (${formatSize(leaving.reduce((sum, { bytes }) => sum + bytes, 0))}) in a directory`,
    watch: {
      checks: {
        rehearsal: { kind: 'directory', path: place, warning: `size > ${limit}`, recover: 1 },
      },
    },
    params: {
      paths: moved.map(({ pattern }) => pattern),
      older_than: `${rules.older_than}ms`,
      keep: rules.keep,
      ...(rules.min_size !== undefined && { min_size: `${rules.min_size}B` }),
    },
    differs: rules.differs,
    async make() {
      const staged = join(directory, 'staged')
      const laid = leaving.map((piece, n) => [piece, join(staged, String(n))] as const)
      for (const [piece, at] of laid) await lay(piece, at, '')
      for (const [piece, at] of laid) {
        await mkdir(dirname(piece.path), { recursive: true })
        await rename(at, piece.path)
      }
    },
    proof: () => proof(staying, leaving),
  }
}
