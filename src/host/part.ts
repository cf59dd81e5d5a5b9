import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FilePart } from '../contract/host.ts'

const most = 1024 * 1024

/**
 * At most `length` bytes (1 MiB) of a regular file; null for anything else, such as a pipe.
 *
 * @throws what the file system says when it is not there or may not be read
 */
export async function readPart(
  path: string,
  from: number,
  length: number,
): Promise<FilePart | null> {
  // Without O_NONBLOCK, opening a pipe would wait for its other end.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stats = await file.stat({ bigint: true })
    if (!stats.isFile()) return null
    const size = Number(stats.size)
    const wanted = Math.max(0, Math.min(length, most, size - from))
    const bytes = Buffer.allocUnsafeSlow(wanted)
    const { bytesRead } = wanted > 0 ? await file.read(bytes, 0, wanted, from) : { bytesRead: 0 }
    return {
      bytes: bytes.subarray(0, bytesRead),
      size,
      modified: Number(stats.mtimeMs),
      device: Number(stats.dev),
      inode: String(stats.ino),
    }
  } finally {
    await file.close()
  }
}
