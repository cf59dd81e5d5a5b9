import { dirname } from 'node:path'
import { OperatorError } from '../../contract/error.ts'
import type { FilePart, Files } from '../../contract/host.ts'
import { codeOf } from '../failure.ts'
import {
  continues,
  isBehind,
  isSame,
  knownFrom,
  type Position,
  positionAt,
  readOn,
  type Reading,
} from './position.ts'

/** Files of one check; each is looked at in every run. */
const mostFiles = 100
/** Bytes read in a run, all files together. */
const mostBytes = 16 * 1024 * 1024
/** Bytes at the end of a file that are read at first sight, to know what is nothing new. */
const history = 256 * 1024
/** A renamed file that was not written to for so long is done with, in milliseconds. */
const leftAfter = 600_000

const isPattern = (path: string): boolean => /[*?[{~]/.test(path)
/** What log rotation makes of old files; nothing in them is new. */
const isPacked = (path: string): boolean => /\.(?:gz|bz2|xz|zst|zip|lz4)$/.test(path)

/** The files of a check, by the device and inode of each. */
export interface Following {
  readonly positions: Map<string, Position>
  begun: boolean
}

export const createFollowing = (): Following => ({ positions: new Map(), begun: false })

export interface Follow extends Reading {
  readonly host: string
  readonly now: number
}

/** What there is to read. */
export interface Sight {
  /** Of each file. */
  readonly modified: readonly number[]
  /** Some of what was there at first sight is left for the next call. */
  readonly behind: boolean
  /** Epoch milliseconds from which on nothing that was written to any file is overlooked. */
  readonly from: number
}

interface Found {
  readonly path: string
  readonly part: FilePart
}

const idOf = ({ device, inode }: Pick<FilePart, 'device' | 'inode'>): string => `${device}:${inode}`

/** Explains what the file system says, for a person. */
async function readable<T>(path: string, host: string, value: Promise<T>): Promise<T> {
  try {
    return await value
  } catch (thrown) {
    if (codeOf(thrown) !== 'EACCES') throw thrown
    throw new OperatorError(
      `${path} on ${host} may not be read by the bot`,
      'Add its user to the group of that file, often adm, and start the bot again.',
    )
  }
}

async function expand(files: Files, patterns: readonly string[]): Promise<readonly string[]> {
  const all = await Promise.all(
    patterns.map((one) => (isPattern(one) ? files.glob(one) : Promise.resolve([one]))),
  )
  const paths = [...new Set(all.flat())].filter((path) => !isPacked(path))
  if (paths.length <= mostFiles) return paths
  throw new OperatorError(
    `${patterns.join(', ')} stands for ${paths.length} files, at most ${mostFiles} can be followed`,
    'Name fewer files in the config.',
  )
}

/** The regular files that are there, each once. */
async function find(
  patterns: readonly string[],
  { files, host }: Follow,
): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, Found>()
  for (const path of await expand(files, patterns)) {
    const part = await readable(path, host, files.read(path, 0, 0))
    // Where it really is: there it is found again when it is renamed and a link leads elsewhere.
    if (part && !found.has(idOf(part))) {
      found.set(idOf(part), { path: await files.real(path), part })
    }
  }
  return found
}

/** Where a new file is read from: a copy of a followed one, made by rotation, holds nothing new. */
async function startOf(
  { path, part }: Found,
  following: Following,
  files: Files,
): Promise<Position> {
  if (!following.begun) return positionAt(path, part, Math.max(0, part.size - history), part.size)
  for (const at of following.positions.values()) {
    if (at.anchor.length > 0 && at.offset <= part.size && (await continues(files, path, at)))
      return {
        ...positionAt(path, { ...part, modified: at.modified }, 0, at.old),
        offset: at.offset,
        anchor: at.anchor,
        first: at.first,
      }
  }
  return positionAt(path, { ...part, modified: -Infinity }, 0, 0)
}

/** Where files are that the patterns no longer lead to; what is gone for good is forgotten. */
async function findRenamed(
  found: ReadonlyMap<string, Found>,
  following: Following,
  { files, now }: Follow,
): Promise<void> {
  for (const [id, at] of Array.from(following.positions)) {
    const current = found.get(id)
    if (current) {
      at.path = current.path
      continue
    }
    const part = await files.read(at.path, 0, 0)
    const path = part && isSame(part, at) ? at.path : await files.renamed(dirname(at.path), at)
    const left = path === null ? null : await files.read(path, 0, 0)
    const done = left !== null && left.size <= at.offset && now - left.modified > leftAfter
    if (path === null || left === null || done) following.positions.delete(id)
    else at.path = path
  }
}

/** In which order files are read: history before news, then renamed ones before their successors. */
const inTurn = (following: Following, found: ReadonlyMap<string, Found>): readonly Position[] =>
  [...following.positions.values()].toSorted(
    (a, b) =>
      Number(isBehind(b)) - Number(isBehind(a)) ||
      Number(found.has(idOf(a))) - Number(found.has(idOf(b))),
  )

/**
 * Reads what was written to the files since the last call, renamed ones first. Those that are there
 * at the first call are history but for what is written later, however many calls it takes to read it.
 *
 * @throws {OperatorError} for files that may not be read, and for too many of them
 */
export async function follow(
  patterns: readonly string[],
  following: Following,
  how: Follow,
): Promise<Sight> {
  const found = await find(patterns, how)
  const fresh: Position[] = []
  for (const [id, one] of found)
    if (!following.positions.has(id)) fresh.push(await startOf(one, following, how.files))
  await findRenamed(found, following, how)
  for (const position of fresh) following.positions.set(idOf(position), position)
  following.begun = true
  const share = Math.floor(mostBytes / Math.max(following.positions.size, 1))
  for (const position of inTurn(following, found)) await readOn(position, share, how)
  const positions = [...following.positions.values()]
  return {
    modified: [...found.values()].map(({ part }) => part.modified),
    behind: positions.some(isBehind),
    from: Math.max(...positions.map(knownFrom)),
  }
}
