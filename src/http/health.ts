import type { Answer } from './server.ts'

/** How the bot itself is. */
export interface Health {
  /** Its own faults: a stuck loop, an unreadable database. Empty when all is well. */
  readonly faults: readonly string[]
  readonly telegram: string
  /** A second bot on the token: nothing is fixed meanwhile. */
  readonly holdsBack: boolean
  readonly startedAt: number
  readonly checks: number
  readonly openIncidents: number
  readonly outbox: { readonly waiting: number; readonly oldest: number | null }
  readonly config: { readonly loadedAt: number; readonly problem: string | null }
  /** The last answer of the outside service, and why there was none after it. */
  readonly pingOut: { readonly at: number | null; readonly problem: string | null }
}

const iso = (at: number): string => new Date(at).toISOString()

/** 503 for the bot's own faults only: Telegram being away is a field, not a fault. */
export function healthAnswer(health: Health): Answer {
  const { faults, outbox, config, startedAt, pingOut, ...rest } = health
  return {
    status: faults.length === 0 ? 200 : 503,
    body: {
      status: faults.length === 0 ? 'ok' : 'faulty',
      faults,
      ...rest,
      startedAt: iso(startedAt),
      outbox: {
        waiting: outbox.waiting,
        oldest: outbox.oldest === null ? null : iso(outbox.oldest),
      },
      config: { loadedAt: iso(config.loadedAt), problem: config.problem },
      pingOut: { ...pingOut, at: pingOut.at === null ? null : iso(pingOut.at) },
    },
  }
}
