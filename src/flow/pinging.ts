import type { Clock, Timer } from '../contract/clock.ts'
import { messageOf } from '../contract/error.ts'
import type { Log } from '../contract/log.ts'
import type { Loop } from '../contract/loop.ts'

const timeout = 10_000
/** Later than this, beyond the time limit, it is stuck. */
const patience = 60_000

export interface PingingOutside {
  readonly clock: Clock
  readonly log: Log
  readonly loop: Loop
  readonly redact: (text: string) => string
  /** One request; throws unless it is answered with success. */
  readonly ping: (url: string, signal: AbortSignal) => Promise<void>
  readonly config: () => { readonly url: string; readonly every: number } | undefined
  /** The bot sees, remembers and can tell: else it falls silent on purpose. */
  readonly well: () => boolean
}

export interface PingState {
  /** Epoch milliseconds of the last one that was answered. */
  readonly at: number | null
  /** Why the last one failed. */
  readonly problem: string | null
}

/**
 * Asks an outside service in regular intervals, for as long as all is well with the bot: a dead man's
 * switch, which raises the alarm when it is not asked any more.
 */
export function createPinging(outside: PingingOutside) {
  const { clock, log, loop } = outside
  let timer: Timer | null = null
  let begun = 0
  let state: PingState = { at: null, problem: null }
  const abort = new AbortController()

  const failed = (error: unknown): void => {
    const problem = outside.redact(messageOf(error))
    if (problem !== state.problem) log.warn({ problem }, 'the outside service could not be pinged')
    state = { ...state, problem }
  }

  const ping = async (url: string): Promise<void> => {
    const late = new AbortController()
    const limit = clock.after(timeout, () => late.abort(new Error(`no answer in ${timeout} ms`)))
    try {
      await outside.ping(url, AbortSignal.any([late.signal, abort.signal]))
      if (state.problem !== null) log.info({}, 'the outside service can be pinged again')
      state = { at: clock.now(), problem: null }
    } catch (error) {
      failed(late.signal.aborted ? late.signal.reason : error)
    } finally {
      limit.cancel()
    }
  }

  const turn = async (round: number): Promise<void> => {
    const config = outside.config()
    if (round !== begun || !config || abort.signal.aborted) return loop.rest()
    loop.expect(config.every + timeout + patience)
    timer = clock.after(config.every, () => void turn(round))
    if (outside.well()) await ping(config.url)
  }

  return {
    /** Begins, or goes on with a new configuration. */
    start(): void {
      timer?.cancel()
      void turn(++begun)
    },
    state: (): PingState => state,
    stop(): void {
      timer?.cancel()
      abort.abort()
      loop.rest()
    },
  }
}
