import { Api, GrammyError } from 'grammy'
import type { Clock } from '../../src/contract/clock.ts'
import { createStandin } from '../../src/standin/standin.ts'
import type { Standin, StandinOptions } from '../../src/standin/standin.ts'

/** A clock that moves only when a test says so. */
interface ManualClock extends Clock {
  advance(ms: number): void
}

function manualClock(start = Date.UTC(2026, 0, 15, 12)): ManualClock {
  let elapsed = 0
  const timers = new Set<{ readonly due: number; readonly run: () => void }>()
  return {
    now: () => start + elapsed,
    monotonic: () => elapsed,
    after: (ms, run) => {
      const timer = { due: elapsed + ms, run }
      timers.add(timer)
      return { cancel: () => void timers.delete(timer) }
    },
    advance: (ms) => {
      elapsed += ms
      for (const timer of [...timers].filter(({ due }) => due <= elapsed)) {
        timers.delete(timer)
        timer.run()
      }
    },
  }
}

export interface Opened extends AsyncDisposable {
  readonly standin: Standin
  readonly api: Api
  readonly clock: ManualClock
}

export const asha = 1001
export const ben = 1002
export const stranger = 1003
export const group = -5001
export const forum = -1_002_000_000_001

/** A listening stand-in with a few people and groups; `await using` closes it. */
export async function open(options: Partial<StandinOptions> = {}): Promise<Opened> {
  const clock = manualClock()
  const standin = createStandin({ clock, ...options })
  standin.addUser({ id: asha, name: 'Asha', language: 'de', username: 'asha' })
  standin.addUser({ id: ben, name: 'Ben' })
  standin.addUser({ id: stranger, name: 'Eve', started: false })
  standin.addGroup({ id: group, title: 'Ops', members: [asha, ben] })
  standin.addGroup({
    id: forum,
    title: 'Forum',
    members: [asha],
    topics: [7],
    bot: 'administrator',
  })
  const apiRoot = await standin.start()
  const api = new Api(standin.token, { apiRoot })
  return { standin, api, clock, [Symbol.asyncDispose]: () => standin.stop() }
}

/** What Telegram said no with, as `400 Bad Request: …`. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  const error = await failure(call)
  if (!(error instanceof GrammyError)) throw error
  return `${error.error_code} ${error.description}`
}

/** The error of a call that must not succeed. */
export function failure(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    (result) => {
      throw new Error(`it was accepted: ${JSON.stringify(result)}`)
    },
    (error: unknown) => error,
  )
}

/** A client's patience: `signal` for a call of grammY, which wants the type of its own shim, and `end` to lose it. */
export function patience(): { readonly signal: never; end(): void } {
  const controller = new AbortController()
  return { signal: controller.signal as never, end: () => controller.abort() }
}
