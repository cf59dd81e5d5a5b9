import { setTimeout } from 'node:timers/promises'
import type { RunResult } from '../../contract/host.ts'
import { createRedactor } from '../../core/redact.ts'
import type { Tool } from '../tool.ts'
import { resticError, type ResticError } from './error.ts'
import { failureOf, wordsOf } from './failure.ts'
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

export interface Invoke {
  /**
   * Runs restic. A repository that is away is tried again, twice.
   *
   * @throws ResticError unless it ends well
   */
  (invocation: Invocation): Promise<RunResult>
}

/** Milliseconds before each further try of a repository that is away. restic itself tries on as well. */
const pauses = [5_000, 30_000] as const

/** Waits, or less when the signal is aborted. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>

const byTimer: Pause = (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => undefined)

const environmentOf = ({ url, password, env }: Repository): Readonly<Record<string, string>> => ({
  LC_ALL: 'C',
  ...env,
  RESTIC_REPOSITORY: url,
  RESTIC_PASSWORD: password,
  // Once a second: a job shows no more.
  RESTIC_PROGRESS_FPS: '1',
})

/** Of what it is given; a password in an address is known by its shape. */
const secretsOf = ({ password, env }: Repository): readonly string[] => [
  password,
  ...Object.entries(env).flatMap(([name, value]) =>
    /KEY|SECRET|TOKEN|PASS|CREDENTIAL/i.test(name) ? [value] : [],
  ),
]

/** How restic is run: with a small environment, its secrets in no command line and in no word of it. */
export function createInvoke(
  repository: Repository,
  { host, signal, say }: Tool,
  pause: Pause = byTimer,
): Invoke {
  const redact = createRedactor(secretsOf(repository))
  const env = environmentOf(repository)

  const failed = (doing: string, result: RunResult): ResticError => {
    const seen = (words: string) => ({ doing, host: host.name, words })
    if (result.missing) return resticError('absent', repository, seen('it is not installed'))
    const said = `${result.err}\n${result.out.slice(-4096)}`
    const end = result.aborted
      ? 'it was stopped before its end'
      : `it ended with ${result.code ?? result.signal}`
    const words = redact(wordsOf(result.err))
    return resticError(failureOf(result.code, said), repository, seen(words || end))
  }

  const once = ({ args, keep, onOutput, enough }: Invocation): Promise<RunResult> =>
    host.run(['restic', '--cache-dir', repository.cache, ...args], {
      signal: enough ? AbortSignal.any([signal, enough]) : signal,
      env,
      ...(keep !== undefined && { keep }),
      ...(onOutput && { onOutput }),
    })

  return async (invocation) => {
    const { doing, fine = [], enough } = invocation
    for (let tried = 0; ; tried += 1) {
      const result = await once(invocation)
      if (result.code !== null && [0, ...fine].includes(result.code)) return result
      if (enough?.aborted === true && !signal.aborted) return result
      const error = failed(doing, result)
      const wait = pauses[tried]
      if (error.failure !== 'away' || wait === undefined || signal.aborted) throw error
      say(`${error.message}. Trying again in ${wait / 1000} s.`)
      await pause(wait, signal)
    }
  }
}
