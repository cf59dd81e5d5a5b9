import { stripVTControlCharacters } from 'node:util'
// So many bytes are kept of one line; the rest of a longer one is dropped as it comes.
import { longestLine } from '../../core/log/entry.ts'

const newline = 0x0a

/** Cuts a stream of bytes into lines, in bounded memory. */
export interface Lines {
  /** The lines that these bytes complete, to be taken all; what follows the last break waits. */
  push(bytes: Uint8Array): Iterable<string>
  /** Forgets what waits. `inside`: what comes next begins in the middle of a line that does not count. */
  reset(inside: boolean): void
}

/** Readable text of any bytes: UTF-8 with U+FFFD for what is none, without colours, NULs and breaks. */
function clean(bytes: Buffer): string {
  const text = bytes.toString('utf8').replaceAll('\0', '')
  const plain = text.includes('\u001B') ? stripVTControlCharacters(text) : text
  return plain.endsWith('\r') ? plain.slice(0, -1) : plain
}

export function createLines(): Lines {
  let waiting: Buffer = Buffer.alloc(0)
  let passing = false

  const hold = (bytes: Buffer): void => {
    const room = longestLine - waiting.length
    // Copied: a part of a chunk would hold on to the whole of it.
    if (room > 0) waiting = Buffer.concat([waiting, bytes.subarray(0, room)])
  }
  return {
    *push(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      let from = 0
      for (let to = bytes.indexOf(newline); to >= 0; to = bytes.indexOf(newline, from)) {
        const line = bytes.subarray(from, Math.min(to, from + longestLine))
        if (!passing && waiting.length === 0) yield clean(line)
        else if (!passing) {
          hold(line)
          yield clean(waiting)
        }
        waiting = Buffer.alloc(0)
        passing = false
        from = to + 1
      }
      if (!passing) hold(bytes.subarray(from))
    },
    reset(inside) {
      waiting = Buffer.alloc(0)
      passing = inside
    },
  }
}
