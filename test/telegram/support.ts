import type { Clock } from '../../src/contract/clock.ts'
import type { Log } from '../../src/contract/log.ts'
import type { Operator } from '../../src/contract/operator.ts'
import type { Confirmation, Port } from '../../src/telegram/port.ts'
import { createWords } from '../../src/telegram/words.ts'
import type { Words } from '../../src/telegram/words.ts'

/** A clock that moves only when a test says so. */
export interface ManualClock extends Clock {
  advance(ms: number): void
}

export const noon = Date.UTC(2026, 0, 15, 12)

export function manualClock(start = noon): ManualClock {
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

export interface Line {
  readonly level: string
  readonly fields: object
  readonly message: string
}

export function memoryLog(): Log & { readonly lines: Line[] } {
  const lines: Line[] = []
  const at =
    (level: string) =>
    (fields: object, message: string): void =>
      void lines.push({ level, fields, message })
  return {
    lines,
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  }
}

export const asha: Operator = { id: 1001, name: 'Asha', role: 'admin' }
export const ben: Operator = { id: 1002, name: 'Ben', role: 'operator' }
export const viv: Operator = { id: 1003, name: 'Viv', role: 'viewer' }

export const english = (now: () => number = () => noon): Words =>
  createWords({ language: 'en', folder: 'locales', zone: 'Europe/Berlin', now })

export interface MemoryPort extends Port {
  readonly audits: { readonly who: string; readonly what: string; readonly result: string }[]
  readonly strangers: { readonly id: number; readonly what: string }[]
  readonly moves: (readonly [number, number])[]
  readonly rows: Map<string, Confirmation>
  readonly talks: Map<string, string>
}

/** What the store keeps, in maps that outlive the bot of a test. */
export function memoryPort(): MemoryPort {
  const rows = new Map<string, Confirmation>()
  const talks = new Map<string, string>()
  const seen = new Set<number>()
  const port: MemoryPort = {
    rows,
    talks,
    audits: [],
    strangers: [],
    moves: [],
    conversations: {
      read: (key) => talks.get(key),
      write: (key, value) => void talks.set(key, value),
      delete: (key) => void talks.delete(key),
    },
    confirmations: {
      create: (draft) =>
        void rows.set(draft.token, { ...draft, messageId: null, state: 'waiting' }),
      get: (token) => rows.get(token),
      setMessage: (token, messageId) => {
        const row = rows.get(token)
        if (row) rows.set(token, { ...row, messageId })
      },
      move: (token, from, to, at) => {
        const row = rows.get(token)
        if (row?.state !== from) return false
        rows.set(token, { ...row, state: to, at: at ?? row.at })
        return true
      },
      askedBefore: (state, at) =>
        [...rows.values()].filter((row) => row.state === state && row.at <= at),
    },
    wasSeen: (id) => seen.has(id),
    markSeen: (id) => void seen.add(id),
    audit: ({ operator, what, result }) =>
      void port.audits.push({ who: operator.name, what, result }),
    stranger: ({ id, what }) => void port.strangers.push({ id, what }),
    moved: (from, to) => void port.moves.push([from, to]),
  }
  return port
}

/** Lets everything that is ready run: promises, and sockets of this process. */
export async function settled(turns = 20): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** Lets everything run until something has come true; fails after five seconds. */
export async function until(come: () => boolean): Promise<void> {
  const end = performance.now() + 5000
  while (!come()) {
    if (performance.now() > end) throw new Error(`waited in vain: ${come.toString()}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
