import type { ChildProcess } from 'node:child_process'
import { stat } from 'node:fs/promises'
import type { Clock, Timer } from '../contract/clock.ts'
import { OperatorError } from '../contract/error.ts'
import type { Host, RunOptions, RunResult } from '../contract/host.ts'
import { listen } from './listen.ts'
import { createTail } from './tail.ts'

/** How long a command may take to end by itself after SIGTERM, before SIGKILL. */
const patience = 2000
/** Between two looks whether it has. */
const step = 100
/** How long the kernel may take to end it after SIGKILL; a process stuck in a driver never does. */
const lastWait = 1000
/** How long output may still come when the command has ended but something it started has not. */
const drain = 250

const keepByDefault = 64 * 1024

/** What the kernel says of a file that does not exist or may not be run: execve(2). */
const notRunnable = new Set(['ENOENT', 'EACCES', 'EPERM', 'ENOEXEC', 'ENOTDIR', 'ELOOP'])

export interface RunSettings {
  readonly clock: Clock
  /** The whole environment of children, before that of each run. */
  readonly environment: Readonly<Record<string, string>>
  /** Applied to all output. */
  readonly redact: (text: string) => string
}

/** Ours is to bound the output and to end the group; execa ends it too when the bot itself ends. */
const manner = {
  buffer: false,
  reject: false,
  extendEnv: false,
  killDescendants: true,
  forceKillAfterDelay: false,
} as const

interface Started {
  readonly child: ChildProcess
  /** Signals the whole group. */
  readonly kill: (signal: 'SIGTERM' | 'SIGKILL') => void
  /** Resolves when execa is done with it: soon when it could not be started. */
  readonly failure: () => Promise<{ readonly code?: string; readonly cause?: unknown }>
}

/** True while anything of the group that the child leads is left, a zombie included. */
function groupLives(leader: number): boolean {
  try {
    return process.kill(-leader, 0)
  } catch {
    return false
  }
}

function killGroup(leader: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-leader, signal)
  } catch {
    // It is gone already.
  }
}

/**
 * Waits until the child has ended, or has been ended because of the signal. What it left running in
 * the background is left alone, unless that is to be reaped, or the signal was aborted: then its whole
 * group goes with it. Returns whether the signal ended it.
 */
function ended(
  { child, kill }: Started,
  leader: number,
  clock: Clock,
  { signal, reap = false }: RunOptions,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let exited = child.exitCode !== null || child.signalCode !== null
  let aborted = false
  let stopping = false
  let forced = false
  let streams = 2
  const isLeft = (): boolean => reap && groupLives(leader)
  // Once the child has ended, nothing but its group can be signalled.
  const end = (by: 'SIGTERM' | 'SIGKILL'): void => (exited ? killGroup(leader, by) : kill(by))
  const settle = (): void => {
    if (!exited) return
    if (stopping ? forced || !groupLives(leader) : streams === 0 && !isLeft()) resolve()
  }
  let timer: Timer | undefined
  // The clock's timers do not keep the process alive, but a command that is being ended must.
  const hold = setInterval(() => {}, 60_000)
  const later = (ms: number, act: () => void): void => {
    timer?.cancel()
    timer = clock.after(ms, act)
  }
  const force = (): void => {
    forced = true
    end('SIGKILL')
    later(lastWait, resolve)
    settle()
  }
  const stop = (): void => {
    stopping = true
    aborted = !exited
    end('SIGTERM')
    const until = clock.monotonic() + patience
    const look = (): void => {
      settle()
      if (clock.monotonic() >= until) force()
      else later(step, look)
    }
    look()
  }
  const onExit = (): void => {
    exited = true
    if (!stopping) later(drain, () => (isLeft() ? stop() : resolve()))
    settle()
  }
  const onClosed = (): void => {
    streams -= 1
    settle()
  }
  child.once('exit', onExit)
  child.stdout?.once('close', onClosed)
  child.stderr?.once('close', onClosed)
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  return promise.then(() => {
    clearInterval(hold)
    timer?.cancel()
    signal.removeEventListener('abort', stop)
    return aborted
  })
}

async function spawn(
  argv: readonly string[],
  options: RunOptions,
  settings: RunSettings,
): Promise<Started> {
  const { cwd = process.cwd(), env, input = '' } = options
  const directory = await stat(cwd).catch(() => null)
  if (!directory?.isDirectory()) {
    throw new OperatorError(`cannot run ${argv[0]} in ${cwd}: there is no such directory`)
  }
  const { execa } = await import('execa')
  const [file = '', ...rest] = argv
  const subprocess = execa(file, rest, {
    ...manner,
    env: { ...settings.environment, ...env },
    input,
    cwd,
  })
  return {
    child: subprocess.nodeChildProcess,
    kill: (signal) => subprocess.kill(signal),
    failure: async () => {
      const { code, cause } = await subprocess
      return { ...(code !== undefined && { code }), cause }
    },
  }
}

const nothing = { code: null, signal: null, out: '', err: '', took: 0 }

/** Ends well for a command that cannot be run; throws for a machine that cannot start one. */
async function notStarted(started: Started, file: string): Promise<RunResult> {
  const { code, cause } = await started.failure()
  if (code !== undefined && notRunnable.has(code)) {
    return { ...nothing, aborted: false, missing: true }
  }
  throw new OperatorError(
    `cannot start ${file}: ${code ?? 'unknown error'}`,
    'See whether the machine is out of memory, processes or open files.',
    cause,
  )
}

/**
 * A host's `run`, for this machine. Commands get their own process group and nothing but the small
 * environment; an abort ends the group with SIGTERM, and SIGKILL two seconds later. Throws when the
 * working directory does not exist or the machine cannot start a process.
 */
export const createRun =
  (settings: RunSettings): Host['run'] =>
  async (command, options) => {
    const { clock, redact } = settings
    const argv = typeof command === 'string' ? ['/bin/sh', '-c', command] : command
    if (options.signal.aborted) return { ...nothing, aborted: true, missing: false }
    const started = clock.monotonic()
    const subprocess = await spawn(argv, options, settings)
    const { child } = subprocess
    if (child.pid === undefined) return notStarted(subprocess, argv[0] ?? '')
    const out = createTail(options.keep ?? keepByDefault)
    const err = createTail(options.keep ?? keepByDefault)
    child.stdout?.on('data', out.push)
    child.stderr?.on('data', err.push)
    const flush = options.onOutput && listen(child, options.onOutput)
    const aborted = await ended(subprocess, child.pid, clock, options)
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy()
    flush?.()
    return {
      code: child.exitCode,
      signal: child.signalCode,
      out: redact(out.text()),
      err: redact(err.text()),
      took: clock.monotonic() - started,
      aborted,
      missing: false,
    }
  }
