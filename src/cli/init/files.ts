import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { messageOf, OperatorError } from '../../contract/error.ts'

/** The text of a file; null when there is none. @throws OperatorError when it cannot be read */
export function readText(file: string): string | null {
  try {
    return existsSync(file) ? readFileSync(file, 'utf8') : null
  } catch (thrown) {
    throw new OperatorError(`${file} cannot be read: ${messageOf(thrown)}`, undefined, thrown)
  }
}

/**
 * Puts a file in place whole, or not at all: written beside it, then renamed. Nothing can come between,
 * because nothing here waits.
 *
 * @throws OperatorError when it cannot be written; the old file is as it was
 */
export function writeWhole(file: string, text: string, mode: number): void {
  const beside = `${file}.${process.pid}.new`
  try {
    const handle = openSync(beside, 'wx', mode)
    try {
      writeFileSync(handle, text)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(beside, file)
  } catch (thrown) {
    rmSync(beside, { force: true })
    throw new OperatorError(
      `${file} cannot be written: ${messageOf(thrown)}`,
      'See whether this user may write there, and whether the disk is full.',
      thrown,
    )
  }
}
