import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { often, type Thing } from './thing.ts'

const size = 4 * 2 ** 20

/** A small file system that is full, or not; null where nothing may be mounted. */
export function room(folder: string, mayMount: boolean): Thing | null {
  if (!mayMount) return null
  const path = join(folder, 'room')
  const filler = join(path, 'filler')
  mkdirSync(path)
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path])
  const filled = (): boolean => statSync(filler, { throwIfNoEntry: false }) !== undefined
  return {
    name: 'room',
    config: { checks: `room: { kind: disk, path: ${path}, warning: "> 90%", ${often} }` },
    break: () => writeFileSync(filler, Buffer.alloc(size * 0.96)),
    mend: () => rmSync(filler, { force: true }),
    broken: filled,
    close: () => void execFileSync('umount', [path]),
  }
}
