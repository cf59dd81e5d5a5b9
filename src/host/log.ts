import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { createStream } from 'rotating-file-stream'
import type { RotatingFileStream } from 'rotating-file-stream'
import type { Clock } from '../contract/clock.ts'
import { messageOf } from '../contract/error.ts'
import type { Log } from '../contract/log.ts'

export interface LogSettings {
  /** A directory, made when it is missing. */
  readonly directory: string
  /** pino's name of the least important level that is written. */
  readonly level: string
  readonly clock: Clock
  /** Applied to every string of every line. */
  readonly redact: (text: string) => string
  /** Where lines go besides the file; stdout when the program runs in the foreground. */
  readonly echo?: { write(line: string): unknown; on(event: 'error', gone: () => void): unknown }
}

export interface OpenLog {
  readonly log: Log
  /** Ends when everything is in the file. */
  close(): Promise<void>
}

const name = 'mechanic.log'
/** One file in use and four before it, of 10 MB each. */
const files = { size: '10M', rotate: 4, mode: 0o600 } as const
/** Lines that wait for a slow disk; above it they are dropped, because memory is worth more. */
const waitingLimit = 2000
/** How long after a fault, a full disk most likely, the file is tried again, in milliseconds. */
const retry = 30_000

/** Strings are redacted before they are JSON: escapes would hide a secret that has quotes in it. */
function redactAll(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value)
  if (Array.isArray(value)) return value.map((one) => redactAll(one, redact))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [redact(key), redactAll(one, redact)]),
  )
}

interface Sink {
  write(line: string): void
  close(): Promise<void>
}

/** The file, which never fails: what it cannot take is dropped, and it is opened again later. */
function createFileSink(directory: string, clock: Clock): Sink {
  const waiting = new Set<{ readonly line: string }>()
  let brokenAt = -Infinity
  let stream: RotatingFileStream | undefined

  const open = (): RotatingFileStream => {
    const opened = createStream(name, { ...files, path: directory })
    const broken = (error: Error): void => {
      if (stream !== opened) return
      stream = undefined
      brokenAt = clock.monotonic()
      waiting.clear()
      process.stderr.write(`cannot write the log: ${messageOf(error)}\n`)
    }
    opened.on('error', broken)
    return opened
  }

  /** What the stream has not confirmed is lost with the process unless it is written at once. */
  const atExit = (): void => {
    try {
      if (waiting.size > 0)
        appendFileSync(join(directory, name), Array.from(waiting, ({ line }) => line).join(''))
    } catch {
      // The process ends and its log cannot be written: there is nobody left to tell.
    }
  }

  let closed = false
  process.on('exit', atExit)
  return {
    write(line) {
      if (closed || waiting.size >= waitingLimit) return
      if (stream === undefined && clock.monotonic() - brokenAt < retry) return
      stream ??= open()
      const entry = { line }
      waiting.add(entry)
      stream.write(line, () => waiting.delete(entry))
    },
    close() {
      const { promise, resolve } = Promise.withResolvers<void>()
      closed = true
      process.removeListener('exit', atExit)
      if (stream === undefined || stream.destroyed) resolve()
      else stream.once('close', resolve).end()
      return promise
    },
  }
}

/**
 * The program's log: JSON lines in `directory`, rotated by size, and echoed where asked. Throws only
 * when the directory cannot be made; later faults of the disk never reach the caller.
 */
export function openLog({ directory, level, clock, redact, echo }: LogSettings): OpenLog {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const sink = createFileSink(directory, clock)
  // Whoever read along may be gone; the file is written all the same.
  let echoes = true
  echo?.on('error', () => (echoes = false))
  const write = (line: string): void => {
    const clean = `${JSON.stringify(redactAll(JSON.parse(line), redact))}\n`
    sink.write(clean)
    if (echoes) echo?.write(clean)
  }
  const log = pino({ level, base: null, timestamp: () => `,"time":${clock.now()}` }, { write })
  return { log, close: sink.close }
}
