import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Memory where there is some: a commit waits for the disk, and there are thousands of them. */
const root = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** A directory of its own for one test, gone when that ends. */
export function tempHome(): string {
  const home = mkdtempSync(join(root, 'mechanic-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  return home
}
