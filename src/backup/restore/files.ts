import type { Stats } from 'node:fs'
import { chmod, chown, lstat, mkdir, open, rename, rm, rmdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { messageOf, OperatorError } from '../../contract/error.ts'
import type { SwapEntry, SwapMove, SwapSeen } from '../../core/restore/swap.ts'
import type { Tool } from '../tool.ts'

/** What restores do to files. Renames only, never a copy: one either happens or does not. */

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

async function lookAt(path: string): Promise<Stats | null> {
  try {
    return await lstat(path)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return null
    throw new OperatorError(`${path} cannot be looked at: ${messageOf(error)}`)
  }
}

/** Whether anything lies there; a link counts whatever it points to. */
export const isThere = async (path: string): Promise<boolean> => (await lookAt(path)) !== null

/** Where a path leads, through every link; the path itself where that is nowhere. */
export const realPath = (path: string, { host }: Tool): Promise<string> =>
  host.files.real(path).catch(() => path)

/** What there is of a thing that is swapped. */
export const seenFile = async ({
  live,
  fresh,
  aside,
  companions = [],
}: SwapEntry): Promise<SwapSeen> => ({
  live: await isThere(live),
  fresh: fresh !== null && (await isThere(fresh)),
  aside: await isThere(aside),
  companions: await Promise.all(
    companions.map(async (one) => ({
      live: await isThere(one.live),
      aside: await isThere(one.aside),
    })),
  ),
})

/** The names in a directory are on the disk. */
async function flush(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const reasons: Readonly<Record<string, readonly [why: string, advice: string]>> = {
  EXDEV: ['the two are on different file systems', 'Restore to the side, and move it by hand.'],
  EBUSY: [
    'something is mounted there, or it is in use',
    'Restore to the side, and copy from there by hand.',
  ],
  EACCES: ['it may not be changed', 'Let the bot run as a user who may, or do it by hand.'],
  EPERM: ['it may not be changed', 'Let the bot run as a user who may, or do it by hand.'],
  ENOSPC: ['the disk is full', 'Make room on it.'],
}

function failed({ from, to }: SwapMove, error: unknown): OperatorError {
  const [why, advice] = reasons[codeOf(error)] ?? [messageOf(error), undefined]
  return new OperatorError(`${from} cannot be renamed to ${to}: ${why}`, advice, error)
}

/**
 * Renames; nothing that is there is ever replaced.
 *
 * @throws OperatorError; everything is where it was then
 */
export async function renameFile(move: SwapMove): Promise<void> {
  const { from, to } = move
  if (await isThere(to)) throw failed(move, new Error('that is there already'))
  try {
    await mkdir(dirname(to), { recursive: true })
    await rename(from, to)
  } catch (error) {
    throw failed(move, error)
  }
  await flush(dirname(to))
  if (dirname(from) !== dirname(to)) await flush(dirname(from))
}

/** An empty directory that only this user may look into. @throws OperatorError */
export async function freshDirectory(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true })
    // What is missing above it is for everybody.
    await mkdir(dirname(path), { recursive: true })
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    throw new OperatorError(`${path} cannot be made: ${messageOf(error)}`)
  }
}

/** Removes a directory that has nothing in it. */
export async function removeEmpty(path: string): Promise<void> {
  try {
    await rmdir(path)
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(codeOf(error)))
      throw new OperatorError(`${path} cannot be removed: ${messageOf(error)}`)
  }
}

/** @throws OperatorError */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true })
  } catch (error) {
    throw new OperatorError(`${path} cannot be removed: ${messageOf(error)}`)
  }
}

/** The nearest directory above a path that exists. */
export async function existingAbove(path: string): Promise<string> {
  const above = dirname(path)
  const facts = await lookAt(above)
  return facts?.isDirectory() === true || above === path ? above : existingAbove(above)
}

/**
 * Gives a file the owner and mode of another one, or those of the directory that it will lie in. Only
 * the superuser can give files away; others own what they restore.
 */
export async function dressLike(path: string, model: string): Promise<void> {
  const found = await lookAt(model)
  // Anybody may do anything to a link, which says nothing of what it leads to.
  const facts = found?.isSymbolicLink() === true ? null : found
  const { uid, gid } = facts ?? (await stat(await existingAbove(model)))
  if (process.getuid?.() === 0) await chown(path, uid, gid)
  if (facts) await chmod(path, facts.mode & 0o7777)
}
