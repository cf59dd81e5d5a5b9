import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { stripVTControlCharacters } from 'node:util'
import { stamp } from '../contract/stamp.ts'

/** The end of a log file. */
export interface Tail {
  /** Oldest first. */
  readonly lines: readonly string[]
  /** Epoch milliseconds of the last change. */
  readonly modified: number
}

const chunk = 64 * 1024
/** Bytes read of one file at most, and characters kept of one line: more than is ever shown of it. */
const most = 1024 * 1024
const longest = 4096

const clean = (line: string): string => {
  const text = stripVTControlCharacters(line).replace(/\r$/, '')
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

/**
 * The last lines of a file, read backwards, at most 1 MiB of it. Null for what is not there or is no
 * regular file.
 *
 * @throws what the file system says when it may not be read
 */
export async function tail(path: string, lines: number): Promise<Tail | null> {
  let file
  try {
    // Without O_NONBLOCK, opening a pipe would wait for its other end.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null
    throw thrown
  }
  try {
    const { size, mtimeMs, isFile } = await file.stat().then((stat) => ({
      size: stat.size,
      mtimeMs: stat.mtimeMs,
      isFile: stat.isFile(),
    }))
    if (!isFile) return null
    let start = size
    let text = Buffer.alloc(0)
    let breaks = 0
    while (start > 0 && breaks <= lines && size - start < most) {
      const length = Math.min(chunk, start)
      start -= length
      const part = Buffer.alloc(length)
      const { bytesRead } = await file.read(part, 0, length, start)
      for (const byte of part.subarray(0, bytesRead)) if (byte === 0x0a) breaks += 1
      text = Buffer.concat([part.subarray(0, bytesRead), text])
    }
    const all = text.toString('utf8').replace(/\n$/, '').split('\n')
    // The first one began before what was read.
    if (start > 0) all.shift()
    return { lines: size === 0 ? [] : all.slice(-lines).map(clean), modified: mtimeMs }
  } finally {
    await file.close()
  }
}

const dated = (tail: Tail): readonly { readonly at: number; readonly line: string }[] | null => {
  let last = tail.lines.map(stamp).find((time) => time !== null)
  if (last === undefined || last === null) return null
  return tail.lines.map((line) => {
    last = stamp(line) ?? last
    return { at: last ?? 0, line }
  })
}

/**
 * The newest lines of several files as one. By time where all of them carry one, a line without a time
 * staying behind the one before it; else file after file, the one that changed last at the end.
 */
export function merge(tails: readonly Tail[], lines: number): readonly string[] {
  const filled = tails.filter((tail) => tail.lines.length > 0)
  const stamped = filled.map(dated)
  if (stamped.every((one) => one !== null))
    return stamped
      .flat()
      .toSorted((a, b) => a.at - b.at)
      .slice(-lines)
      .map(({ line }) => line)
  const newestFirst = filled.toSorted((a, b) => b.modified - a.modified)
  const blocks: (readonly string[])[] = []
  let left = lines
  newestFirst.forEach((tail, index) => {
    const others = newestFirst.slice(index + 1).reduce((sum, one) => sum + one.lines.length, 0)
    const share = Math.max(Math.ceil(left / (newestFirst.length - index)), left - others)
    const block = tail.lines.slice(-share)
    left -= block.length
    blocks.unshift(block)
  })
  return blocks.flat()
}
