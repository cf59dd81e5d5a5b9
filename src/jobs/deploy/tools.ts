import { basename, dirname, join } from 'node:path'
import { messageOf, OperatorError } from '../../contract/error.ts'
import type { Host } from '../../contract/host.ts'
import { refused } from './paths.ts'

export interface Tools {
  /** What the command wrote. @throws OperatorError unless it ends with 0 */
  run(argv: readonly [string, ...string[]]): Promise<string>
  /** Makes directories below the deploy path. @throws OperatorError when that is the bot's own home */
  makeDirectories(root: string, directories: readonly string[]): Promise<void>
  /**
   * Removes what is at a path below the deploy path, all of it; false when there is nothing. Of a link
   * only the link.
   */
  removeTree(root: string, path: string): Promise<boolean>
}

/** While what a killed program started still writes into a directory, that is never empty for long. */
const mostTries = 5

const advise = (wrote: string): string | undefined => {
  if (/No space left|Disk quota/i.test(wrote)) return 'Make room on that file system.'
  if (/Permission denied|Operation not permitted/i.test(wrote))
    return "Give the deploy path to the bot's user."
  return /Read-only file system/i.test(wrote) ? 'See why the kernel made it read-only.' : undefined
}

/** The few commands with which directories on a host are worked on, of POSIX and GNU or BusyBox. */
export function createTools(host: Host, signal: AbortSignal): Tools {
  async function run(argv: readonly [string, ...string[]]): Promise<string> {
    const result = await host.run(argv, { signal, env: { LC_ALL: 'C' }, keep: 1024 * 1024 })
    const [name] = argv
    if (result.missing)
      throw new OperatorError(
        `There is no ${name} on ${host.name}`,
        'Install the package coreutils.',
      )
    if (result.aborted)
      throw new OperatorError(`${name} on ${host.name} was stopped before its end`)
    if (result.code === 0) return result.out
    const wrote = result.err.trim().split('\n').at(-1)?.slice(0, 300) ?? ''
    throw new OperatorError(
      `${name} on ${host.name} failed: ${wrote || `it ended with ${result.code ?? result.signal}`}`,
      advise(result.err),
    )
  }

  /** The path below `root`, which may itself be reached by links: none may be on the way from there. */
  async function mustBeReal(root: string, path: string): Promise<void> {
    const parent = dirname(path)
    const actual = await host.files.real(parent)
    if (actual !== (await host.files.real(root)) + parent.slice(root.length))
      throw new OperatorError(
        `${path} on ${host.name} was not removed: ${parent} is really ${actual}`,
        'Somebody put a link there: look at it, and remove it by hand.',
      )
    const real = join(actual, basename(path))
    const mounted = (await host.files.mountPoints()).find(
      (mount) => mount === real || mount.startsWith(`${real}/`),
    )
    if (mounted !== undefined)
      throw new OperatorError(
        `${path} on ${host.name} was not removed: something is mounted at ${mounted}`,
        `Unmount it: umount ${mounted}.`,
      )
  }

  return {
    run,
    async makeDirectories(root, directories) {
      const [home] = await host.files.glob('~')
      if (home === root) throw refused(root, 'it is a home directory')
      await run(['mkdir', '-p', '--', ...directories])
    },
    async removeTree(root, path) {
      if ((await host.files.look(path)) === null) return false
      await mustBeReal(root, path)
      for (let tries = 1; ; tries += 1) {
        try {
          await run(['rm', '-rf', '--', path])
          return true
        } catch (thrown) {
          if (tries === mostTries || !/Directory not empty/.test(messageOf(thrown))) throw thrown
        }
      }
    },
  }
}
