import { open } from 'node:fs/promises'
import type { Paint } from './terminal/paint.ts'
import { printable } from './terminal/paint.ts'

/** Bytes read from the end of the log. */
const tail = 64 * 1024
const lines = 12

/** getpino.io/#/docs/api?id=logger-level */
const levels: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
}

/** One JSON line of the log for people; a line that is none is shown as it is. */
export function logLine(text: string, paint: Paint): string {
  let fields: unknown
  try {
    fields = JSON.parse(text)
  } catch {
    return printable(text)
  }
  if (typeof fields !== 'object' || fields === null) return printable(text)
  const { time, level, msg, ...rest } = fields as Record<string, unknown>
  const at = typeof time === 'number' ? new Date(time).toTimeString().slice(0, 8) : ''
  const word = levels[Number(level)] ?? String(level)
  const more = Object.keys(rest).length === 0 ? '' : paint(` ${JSON.stringify(rest)}`, 'dim')
  const shown = paint(word.padEnd(5), Number(level) >= 40 ? 'yellow' : 'green')
  return `${paint(at, 'dim')} ${shown} ${printable(typeof msg === 'string' ? msg : '')}${more}`
}

/** The newest lines of a log, oldest first; none where there is no file yet. */
export async function lastLines(path: string): Promise<readonly string[]> {
  const file = await open(path).catch(() => null)
  if (file === null) return []
  try {
    const { size } = await file.stat()
    const start = Math.max(0, size - tail)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(tail), 0, tail, start)
    const all = buffer.toString('utf8', 0, bytesRead).split('\n')
    return (start > 0 ? all.slice(1) : all).filter((line) => line !== '').slice(-lines)
  } finally {
    await file.close()
  }
}
