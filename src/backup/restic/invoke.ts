import { setTimeout } from 'node:timers/promises'
import type { RunResult } from '../../contract/host.ts'
import { createRedactor } from '../../core/redact.ts'
import type { Tool } from '../tool.ts'
import { attempt, type Invocation } from './attempt.ts'
import { resticError, type ResticError } from './error.ts'
import { failureOf, wordsOf } from './failure.ts'
import type { Repository } from './types.ts'

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

/** Of what restic is given; a password in an address is known by its shape. */
const secretsOf = ({ password, env }: Repository): readonly string[] => [
  password,
  ...Object.entries(env).flatMap(([name, value]) =>
    /KEY|SECRET|TOKEN|PASS|CREDENTIAL/i.test(name) ? [value] : [],
  ),
]

/** How a driver runs restic. What it says of a failure has no secret in it. */
export function createInvoke(repository: Repository, tool: Tool, pause: Pause = byTimer): Invoke {
  const { host, signal, say } = tool
  const redact = createRedactor(secretsOf(repository))

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

  return async (invocation) => {
    const { doing, fine = [], enough } = invocation
    for (let tried = 0; ; tried += 1) {
      const result = await attempt(repository, tool, invocation)
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
