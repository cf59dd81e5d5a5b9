import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A small file system of its own, which can be filled to its last byte. */
export interface Disk {
  readonly path: string
  fill(): void
  free(): void
}

const piece = Buffer.alloc(2 ** 16, 1)

/** @returns undefined where this process may not mount */
export function mountDisk(): Disk | undefined {
  const path = mkdtempSync(join(tmpdir(), 'mechanic-disk-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  const options = ['-t', 'tmpfs', '-o', 'size=160M', 'tmpfs', path]
  if (spawnSync('mount', options, { stdio: 'ignore' }).status !== 0) return undefined
  onTestFinished(() => void spawnSync('umount', ['--lazy', path], { stdio: 'ignore' }))
  const ballast = join(path, 'ballast')
  return {
    path: join(path, 'web'),
    fill() {
      const file = openSync(ballast, 'a')
      try {
        // Ever smaller pieces, until not a byte is left.
        for (let length = piece.length; length > 0; length = Math.floor(length / 2))
          for (;;) if (writeSync(file, piece, 0, length) < length) break
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      } finally {
        closeSync(file)
      }
    },
    free: () => rmSync(ballast, { force: true }),
  }
}
