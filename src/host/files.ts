import { constants } from 'node:fs'
import type { BigIntStats, Dirent } from 'node:fs'
import { lstat, open, readFile, readdir, readlink, realpath, rmdir, unlink } from 'node:fs/promises'
import { basename, dirname, join, normalize } from 'node:path'
import { OperatorError } from '../contract/error.ts'
import type { FileFacts, FilePart, Files } from '../contract/host.ts'
import { expand } from './glob.ts'
import type { Guard } from './guard.ts'
import { mountPoints } from './proc/mountinfo.ts'
import { readPart } from './part.ts'

const walkLimit = 100_000
/** Looked at together: enough to keep the disk busy without holding every worker thread. */
const batch = 16

const codeOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : undefined

/** The value, or `otherwise` when there is no such file or a part of its path is no directory. */
async function unlessGone<T, U>(value: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await value
  } catch (thrown) {
    const code = codeOf(thrown)
    if (code === 'ENOENT' || code === 'ENOTDIR') return otherwise
    throw thrown
  }
}

const kindOf = (stats: BigIntStats | Dirent): FileFacts['kind'] => {
  if (stats.isSymbolicLink()) return 'link'
  if (stats.isDirectory()) return 'directory'
  return stats.isFile() ? 'file' : 'other'
}

/** Blocks are of 512 bytes whatever the file system: stat(2). Directories have no hard links. */
const factsOf = (path: string, stats: BigIntStats): FileFacts => ({
  path,
  kind: kindOf(stats),
  size: Number(stats.size),
  frees: stats.nlink > 1n && !stats.isDirectory() ? 0 : Number(stats.blocks) * 512,
  modified: Number(stats.mtimeMs),
  device: Number(stats.dev),
  inode: String(stats.ino),
})

const look = async (path: string): Promise<FileFacts | null> => {
  const stats = await unlessGone(lstat(path, { bigint: true }), null)
  return stats === null ? null : factsOf(path, stats)
}

/** What cannot be read is passed over: there is nothing this user could do about it. */
const namesIn = (path: string): Promise<readonly string[]> => readdir(path).catch(() => [])

async function walk(path: string): Promise<readonly FileFacts[]> {
  const top = await look(path)
  if (top?.kind !== 'directory') return []
  const found: FileFacts[] = []
  const waiting = [path]
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const directory = next
    const names = await namesIn(directory)
    for (let at = 0; at < names.length && found.length < walkLimit; at += batch) {
      const some = names.slice(at, at + batch).map((name) => look(join(directory, name)))
      for (const facts of await Promise.all(some)) {
        if (facts === null || facts.device !== top.device) continue
        found.push(facts)
        if (facts.kind === 'directory') waiting.push(facts.path)
      }
    }
    if (found.length >= walkLimit) break
  }
  return found.slice(0, walkLimit)
}

async function renamed(
  directory: string,
  { device, inode }: Pick<FilePart, 'device' | 'inode'>,
): Promise<string | null> {
  const names = await namesIn(directory)
  for (let at = 0; at < names.length; at += batch) {
    const some = names.slice(at, at + batch).map((name) => look(join(directory, name)))
    const found = (await Promise.all(some)).find(
      (facts) => facts?.kind === 'file' && facts.inode === inode && facts.device === device,
    )
    if (found) return found.path
  }
  return null
}

/** Removes what is at `path`, with a link itself rather than what it points to. */
async function removeAt(path: string): Promise<boolean> {
  const stats = await unlessGone(lstat(path), null)
  if (stats === null) return false
  return unlessGone(
    (stats.isDirectory() ? rmdir(path) : unlink(path)).then(() => true),
    false,
  )
}

const linkOnTheWay = (path: string, actual: string): OperatorError =>
  new OperatorError(
    `${path} was not removed: its directory is really ${actual}`,
    'Name the real directory in the config if this is meant.',
  )

/**
 * Removes by way of the opened parent directory, so that nobody can put a link in its place between
 * the look and the removal: the kernel tells where the directory that is held open really is.
 */
async function remove(path: string): Promise<boolean> {
  const parent = dirname(normalize(path))
  if (process.platform !== 'linux') {
    const actual = await unlessGone(realpath(parent), null)
    if (actual === null) return false
    if (actual !== parent) throw linkOnTheWay(path, actual)
    return removeAt(path)
  }
  const flags = constants.O_RDONLY | constants.O_DIRECTORY
  const directory = await unlessGone(open(parent, flags), null)
  if (directory === null) return false
  try {
    const held = `/proc/self/fd/${directory.fd}`
    const actual = await readlink(held)
    if (actual !== parent) throw linkOnTheWay(path, actual)
    return await removeAt(join(held, basename(path)))
  } finally {
    await directory.close()
  }
}

/** Long enough for a hundred thousand files on a slow disk, in milliseconds. */
const longWork = 60_000

/**
 * The files of this machine. `home` is what `~` stands for, `table` the kernel's mount table. Only
 * Linux mounts a directory a second time without a device number of its own.
 */
export function createFiles(guard: Guard, home: string, table = '/proc/self/mountinfo'): Files {
  const mounts = async (): Promise<readonly string[]> =>
    process.platform === 'linux' ? mountPoints(await readFile(table, 'utf8')) : []
  return {
    glob: (pattern) =>
      guard(pattern, async () => expand(pattern, home, new Set(await mounts())), longWork),
    mountPoints: () => guard(table, mounts),
    look: (path) => guard(path, () => look(path)),
    walk: (path) => guard(path, () => walk(path), longWork),
    read: (path, from, length) => guard(path, () => unlessGone(readPart(path, from, length), null)),
    renamed: (directory, file) => guard(directory, () => renamed(directory, file)),
    real: (path) => guard(path, () => realpath(path)),
    remove: (path) => guard(path, () => remove(path)),
  }
}
