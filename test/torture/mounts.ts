import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A file system of its own under the state directory, so that it can fill up and break. */
export interface Disk {
  /** The kernel finds an error and refuses every further write. */
  fail(): void
  /** Repaired and mounted anew. Nobody may have a file open on it. */
  repair(): void
  close(): void
}

const run = (...argv: readonly [string, ...string[]]): void => {
  const [file, ...rest] = argv
  execFileSync(file, rest, { stdio: ['ignore', 'ignore', 'pipe'] })
}

/** Whether this process may mount; true in a mount namespace of its own, which the front door makes. */
export const mayMount = (): boolean =>
  process.env['TORTURE_MAY_MOUNT'] === 'yes' && existsSync('/dev/loop-control')

/** Mounts an ext4 of 24 MB on a directory. Its image lies in memory, in a directory that is made for it. */
export function mountDisk(folder: string, path: string): Disk {
  const image = join(folder, 'image')
  mkdirSync(folder)
  run('mount', '-t', 'tmpfs', '-o', 'size=32M', 'tmpfs', folder)
  writeFileSync(image, '')
  truncateSync(image, 24 * 2 ** 20)
  run('mkfs.ext4', '-q', '-F', '-m', '0', image)
  const mount = (): void => run('mount', '-o', 'loop,errors=remount-ro', image, path)
  mount()
  return {
    // What is left mounted by an abort is read-only until it is unmounted; `mount` itself reports an error.
    fail: () => void spawnSync('mount', ['-o', 'remount,abort', path], { stdio: 'ignore' }),
    repair() {
      run('umount', path)
      // 1: errors were corrected (e2fsck(8)).
      const { status } = spawnSync('e2fsck', ['-f', '-y', image], { stdio: 'ignore' })
      if (status === null || status > 1) throw new Error(`e2fsck ended with ${status}`)
      mount()
    },
    close() {
      run('umount', path)
      run('umount', folder)
    },
  }
}

/**
 * Runs this program again in a mount namespace of its own, where that is permitted: whatever becomes of
 * it, no mount outlives it. Signals are passed on.
 *
 * @returns its exit code; null when this is that run already
 */
export async function inOwnMounts(argv: readonly string[]): Promise<number | null> {
  if (process.env['TORTURE_MAY_MOUNT'] !== undefined) return null
  const space = ['--mount', '--propagation', 'private', '--']
  const possible = spawnSync('unshare', [...space, 'true'], { stdio: 'ignore' }).status === 0
  const tools = ['mkfs.ext4', 'e2fsck'].every(
    (tool) => spawnSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' }).status === 0,
  )
  const env = { ...process.env, TORTURE_MAY_MOUNT: possible && tools ? 'yes' : 'no' }
  const command = possible ? ['unshare', ...space, process.execPath] : [process.execPath]
  const [file = '', ...rest] = [...command, ...process.execArgv, ...argv]
  const child = spawn(file, rest, { stdio: 'inherit', env })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill('SIGTERM'))
  await once(child, 'exit')
  return child.exitCode ?? 1
}
