import { setTimeout } from 'node:timers/promises'
import type { Host, RunResult } from '../../contract/host.ts'
import type { Tool } from '../tool.ts'
import type { Repository } from './types.ts'

export interface Invocation {
  /** "Reading the snapshots": for the error. */
  readonly doing: string
  readonly args: readonly string[]
  /** Bytes of output that are kept; 64 KiB by default. */
  readonly keep?: number
  readonly onOutput?: (text: string) => void
  /** Exit codes that are no failure, apart from 0. */
  readonly fine?: readonly number[]
  /** Ends restic early; that is no failure. */
  readonly enough?: AbortSignal
}

/** Milliseconds for restic to remove its lock; whoever waits for us has five seconds in all. */
const unlockWithin = 1_500

const environmentOf = ({ url, password, env }: Repository): Readonly<Record<string, string>> => ({
  LC_ALL: 'C',
  ...env,
  RESTIC_REPOSITORY: url,
  RESTIC_PASSWORD: password,
  // Once a second: a job shows no more.
  RESTIC_PROGRESS_FPS: '1',
})

/**
 * Interrupts a restic of ours. Before 0.17 it removes its lock when it is interrupted, but not when it
 * is terminated: cmd/restic/cleanup.go.
 *
 * @param begin how its command line begins
 */
async function interrupt(host: Host, begin: string): Promise<void> {
  const signal = AbortSignal.timeout(unlockWithin)
  const all = await host.processes()
  const ours = all.filter(
    ({ parent, command }) => parent === process.pid && `${command} `.startsWith(`${begin} `),
  )
  if (ours.length === 0) return
  const pids = ours.map(({ pid }) => String(pid))
  await host.run(['sh', '-c', 'kill -s INT "$@"', 'sh', ...pids], { signal })
}

/**
 * Runs restic once, with a small environment and no secret in its command line. When the time is up
 * it is ended: gently, where it may hold a lock.
 */
export async function attempt(
  repository: Repository,
  { host, signal }: Pick<Tool, 'host' | 'signal'>,
  { args, keep, onOutput, enough }: Invocation,
): Promise<RunResult> {
  const argv = ['restic', '--cache-dir', repository.cache, ...args] as const
  const end = new AbortController()
  const over = new AbortController()
  const stop = async (): Promise<void> => {
    if (!args.includes('--no-lock')) {
      await interrupt(host, argv.slice(0, 4).join(' ')).catch(() => undefined)
      await setTimeout(unlockWithin, undefined, { signal: over.signal }).catch(() => undefined)
    }
    end.abort()
  }
  const onAbort = (): void => void stop()
  if (signal.aborted) end.abort()
  signal.addEventListener('abort', onAbort, { once: true })
  enough?.addEventListener('abort', () => end.abort(), { once: true })
  try {
    const extra = { ...(keep !== undefined && { keep }), ...(onOutput && { onOutput }) }
    const env = environmentOf(repository)
    const result = await host.run(argv, { signal: end.signal, env, ...extra })
    return { ...result, aborted: result.aborted || signal.aborted }
  } finally {
    over.abort()
    signal.removeEventListener('abort', onAbort)
  }
}
