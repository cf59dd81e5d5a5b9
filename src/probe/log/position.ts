import type { FilePart, Files } from '../../contract/host.ts'
import { stamp } from '../../contract/stamp.ts'
import { createLines, type Lines } from './lines.ts'
import type { Pace } from './pace.ts'

const chunk = 64 * 1024
/** Bytes before a position by which it is known again: a file that was written anew has others. */
const anchorLength = 64

/** How far one file has been read. */
export interface Position {
  path: string
  readonly device: number
  readonly inode: string
  offset: number
  /** What stands right before the offset. */
  anchor: Buffer
  /** Where it ended at first sight: what stands before is history. */
  old: number
  /** Epoch milliseconds when it was last written to before first sight; -Infinity for a new one. */
  readonly modified: number
  /** When the first line of its history was written; Infinity: nobody knows. null before that line. */
  first: number | null
  readonly lines: Lines
}

export interface Reading {
  readonly files: Files
  readonly signal: AbortSignal
  readonly pace: Pace
  /** Takes a line. `old`: it was there at first sight. @returns whether it counts */
  line(line: string, old: boolean): boolean
  skipped(bytes: number): void
}

/** At a byte of a file; what comes first from there is a part of a line unless it is the beginning. */
export function positionAt(path: string, part: FilePart, offset: number, old: number): Position {
  const lines = createLines()
  if (offset > 0) lines.reset(true)
  const { device, inode, modified } = part
  return { path, device, inode, offset, anchor: Buffer.alloc(0), old, modified, first: null, lines }
}

export const isSame = (
  one: Pick<FilePart, 'device' | 'inode'>,
  other: Pick<FilePart, 'device' | 'inode'>,
): boolean => one.inode === other.inode && one.device === other.device

/** Whether some of its history is still to be read. */
export const isBehind = ({ offset, old }: Position): boolean => offset < old

/** Epoch milliseconds from which on nothing that was written to it is overlooked. */
export const knownFrom = (at: Position): number =>
  isBehind(at) ? Infinity : Math.min(at.first ?? Infinity, at.modified)

const moveTo = (at: Position, offset: number, inside: boolean): void => {
  // Lines of its history are passed over: those that came before no longer speak for the rest.
  if (isBehind(at)) at.first = null
  at.offset = offset
  at.anchor = Buffer.alloc(0)
  at.lines.reset(inside)
}

/** Whether the file that holds `at.path` goes on from where `at` has read to. */
export async function continues(files: Files, path: string, at: Position): Promise<boolean> {
  const { offset, anchor, old } = at
  const part = await files.read(path, offset - anchor.length, anchor.length)
  return part !== null && part.size >= Math.max(offset, old) && anchor.equals(part.bytes)
}

/**
 * Reads on to where the file ends now, at most `share` bytes: what is older is skipped, and told
 * unless it is history. A file that was truncated or written anew is read from its beginning. Stops
 * where the path leads to another file: the next look finds out where this one is.
 */
export async function readOn(at: Position, share: number, reading: Reading): Promise<void> {
  const { files, signal, pace } = reading
  const seen = await files.read(at.path, 0, 0)
  if (seen === null || !isSame(seen, at)) return
  if (!(await continues(files, at.path, at))) {
    moveTo(at, 0, false)
    at.old = 0
  }
  const newest = seen.size - share
  if (at.offset < newest) {
    const skipped = newest - Math.max(at.offset, at.old)
    if (skipped > 0) reading.skipped(skipped)
    moveTo(at, newest, true)
  }
  while (at.offset < seen.size && !pace.exhausted()) {
    signal.throwIfAborted()
    const old = isBehind(at)
    const end = old ? at.old : seen.size
    const part = await files.read(at.path, at.offset, Math.min(chunk, end - at.offset))
    if (part === null || !isSame(part, at) || part.bytes.length === 0) return
    at.offset += part.bytes.length
    at.anchor = Buffer.concat([at.anchor, part.bytes]).subarray(-anchorLength)
    // A copy: the last bytes of a chunk would hold on to all of it.
    at.anchor = Buffer.from(at.anchor)
    for (const line of at.lines.push(part.bytes)) {
      if (old) at.first ??= stamp(line) ?? Infinity
      if (pace.spend(line.length, reading.line(line, old))) await pace.rest()
    }
  }
}
