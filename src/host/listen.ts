import type { ChildProcess } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'

/** Characters of a line whose end is waited for. */
const longestLine = 64 * 1024

/** Where the last line that is whole ends; a progress bar ends its lines with a carriage return. */
const wholeTo = (text: string): number =>
  Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1

/**
 * Hands output on as it comes, each stream in whole lines: in a part of one, or in one that the other
 * stream breaks in two, nobody knows a secret again.
 *
 * @returns what hands on the rest, when nothing more comes
 */
export function listen(
  { stdout, stderr }: ChildProcess,
  onOutput: (text: string) => void,
): () => void {
  const tell = (text: string): void => {
    try {
      if (text !== '') onOutput(text)
    } catch {
      // Whoever listens has their own trouble; the command goes on.
    }
  }
  const flushes = [stdout, stderr].map((stream) => {
    const decoder = new StringDecoder('utf8')
    let rest = ''
    stream?.on('data', (chunk: Buffer) => {
      const piece = decoder.write(chunk)
      const isLong = rest.length + piece.length > longestLine
      const end = wholeTo(piece) || (isLong ? piece.length : 0)
      if (end > 0) tell(rest + piece.slice(0, end))
      rest = end > 0 ? piece.slice(end) : rest + piece
    })
    return () => tell(rest + decoder.end())
  })
  return () => flushes.forEach((flush) => flush())
}
