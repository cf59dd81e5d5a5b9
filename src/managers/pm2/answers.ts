import type { Clock } from '../../contract/clock.ts'
import { vitalSign } from '../proc.ts'
import { type Pm2Record, recordsOf } from './process.ts'

/** A process as the daemon tells of it, and as the kernel does. */
export interface Answer {
  readonly record: Pm2Record
  readonly vital: 'well' | 'ended' | 'zombie'
}

export interface Answers {
  /** What the daemon tells now, or has told somebody a moment ago. */
  get(signal: AbortSignal): Promise<readonly Answer[]>
  /** Something happened: what was told is old. */
  expire(): void
}

/** Milliseconds for which an answer serves others too, if nothing happens meanwhile. */
const shared = 1000

/** `told`: whether everything that happens would be heard of. */
export function createAnswers(
  ask: (signal: AbortSignal) => Promise<unknown>,
  clock: Clock,
  told: () => boolean,
): Answers {
  let flight: { readonly until: number; readonly answer: Promise<unknown> } | null = null

  const fetch = async (signal: AbortSignal): Promise<unknown> => {
    if (flight && told() && clock.monotonic() < flight.until)
      try {
        return await flight.answer
      } catch {
        // It failed for whoever asked first, perhaps for want of time only.
      }
    const answer = ask(signal)
    flight = { until: clock.monotonic() + shared, answer }
    return answer
  }

  return {
    get: async (signal) =>
      Promise.all(
        recordsOf(await fetch(signal)).map(async (record) => ({
          record,
          vital: record.pid === null ? 'well' : await vitalSign(record.pid, clock, signal),
        })),
      ),
    expire: () => {
      flight = null
    },
  }
}
