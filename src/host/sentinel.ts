import { spawn } from 'node:child_process'
import type { Clock, Timer } from '../contract/clock.ts'
import type { Log } from '../contract/log.ts'

/** Between two signs of life, milliseconds. */
const beatEvery = 15_000
/** How soon it is told that a job has begun or ended. */
const lookEvery = 1_000
/** A window without one, seconds. Two such windows end the program, or sixty while it does a job. */
const windowSeconds = 60

/**
 * Reads one byte a time from standard input: `i` for idle, `j` while a job is under way. `timeout`
 * ends with 124 when the time is up, 143 in BusyBox; whatever else fails ends the watch, never the
 * program. $1: process id, $2: seconds of a window.
 */
const script = `
silent=0 beat=i
while :; do
  got=$(timeout "$2" head -c 1)
  case $? in
    124|143) silent=$((silent + 1)) ;;
    0) [ -n "$got" ] || exit 0; silent=0 beat=$got; continue ;;
    *) exit 0 ;;
  esac
  if [ "$beat" = j ]; then patience=60; else patience=2; fi
  [ "$silent" -lt "$patience" ] || { kill -KILL "$1"; exit 0; }
done
`

export interface SentinelOutside {
  readonly clock: Clock
  readonly log: Log
  /** A job is under way that must not be cut short. */
  readonly busy: () => boolean
  /** Default: a minute. */
  readonly seconds?: number
}

/**
 * Watches this process from outside: a program whose event loop is blocked cannot notice it itself.
 * A shell of one MiB does it, where a thread of Node would cost twenty. It ends with this process.
 */
export function startSentinel({ clock, log, busy, seconds = windowSeconds }: SentinelOutside) {
  const child = spawn(
    '/bin/sh',
    ['-c', script, 'mechanic-sentinel', String(process.pid), String(seconds)],
    { stdio: ['pipe', 'ignore', 'ignore'], env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' } },
  )
  let timer: Timer | null = null
  const { stdin } = child
  const gone = (why: string): void => {
    timer?.cancel()
    timer = null
    log.warn({ why }, 'nobody watches whether the program hangs')
  }
  let said = ''
  let saidAt = -Infinity
  const look = (): void => {
    timer = clock.after(lookEvery, look)
    const now = clock.monotonic()
    const word = busy() ? 'j' : 'i'
    // A shell that was stopped takes nothing: there is no use in piling it up.
    if ((word === said && now - saidAt < beatEvery) || stdin.writableLength > 0) return
    stdin.write(word)
    said = word
    saidAt = now
  }
  child.once('error', (error) => gone(error.message))
  child.once('exit', () => timer && gone('the sentinel has ended'))
  stdin.on('error', () => undefined)
  child.unref()
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref()
  look()
  return {
    stop(): void {
      timer?.cancel()
      timer = null
      stdin.end()
    },
  }
}
