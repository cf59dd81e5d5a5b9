import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'

export type SecretFile =
  | { readonly value: string; readonly worldReadable: boolean }
  /** What is wrong, what was expected. Never a piece of the content. */
  | { readonly problem: string }

const maxBytes = 64 * 1024

/** `~` is the home directory; all else that is relative is so to the config file's directory. */
export function expandPath(path: string, directory: string, home: string): string {
  if (path === '~' || path.startsWith('~/')) return join(home, path.slice(1))
  return isAbsolute(path) ? path : resolve(directory, path)
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read the file',
  EISDIR: 'this is a directory',
  ENOTDIR: 'there is no such file',
  ELOOP: 'the links lead in a circle',
}

/** Reads a secret of at most 64 KiB from a regular file; one newline at its end does not belong to it. */
export function readSecretFile(path: string): SecretFile {
  let file: number | undefined
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for ever.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const facts = fstatSync(file)
    if (!facts.isFile()) return { problem: 'this is no regular file, expected one with the secret' }
    const buffer = Buffer.alloc(maxBytes + 1)
    const length = readSync(file, buffer, 0, buffer.length, 0)
    return secretFrom(buffer.subarray(0, length), (facts.mode & 0o004) !== 0)
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
    return {
      problem: `${reasons[code] ?? 'the file cannot be read'}, expected a file with the secret`,
    }
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function secretFrom(bytes: Uint8Array, worldReadable: boolean): SecretFile {
  if (bytes.length > maxBytes) return { problem: 'larger than 64 KiB, expected a secret' }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '')
    if (text === '') return { problem: 'the file is empty, expected a secret' }
    return { value: text, worldReadable }
  } catch {
    return { problem: 'the file is not UTF-8, expected a text' }
  }
}
