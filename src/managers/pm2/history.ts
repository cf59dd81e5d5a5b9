/**
 * What is remembered of one PM2 process, because PM2 itself does not tell: which ends nobody ordered.
 * Pure; all times in epoch milliseconds, as the PM2 daemon stamps them.
 *
 * How PM2 7 reports an end (lib/God.js handleExit, lib/God/ActionMethods.js stopProcessId): a death is
 * one `exit` event with the status `stopped`, or `errored` once it gives up. An ordered end is an `exit`
 * with `stopping` and, from the stop itself, a second `exit` with `stopped` for the same run.
 */

/** A run shorter than this counts for the loop rule, a longer one is stable (contract, "PM2 goes first"). */
export const stableAfter = 10_000
const loopAt = 3
const hour = 3_600_000
const mostDeaths = 1000

/** The end of a run that nobody ordered. */
export interface Death {
  readonly at: number
  readonly code: number | null
  /** Only where it is certain: PM2 calls everything else SIGINT. */
  readonly signal: string | null
  /** Milliseconds. */
  readonly lived: number
}

export interface History {
  /** Start of the run that is on, or was the last. */
  readonly started: number | null
  readonly running: boolean
  /** How the last run ended. unseen: it was over when the bot looked. */
  readonly ended: 'died' | 'ordered' | 'unseen' | null
  /** The bot itself stops it, as a part of something larger. */
  readonly halted: boolean
  /** PM2 gave up restarting it. */
  readonly errored: boolean
  /** Oldest first, of the last hour. */
  readonly deaths: readonly Death[]
  /** Starts in a row that lived under 10 s. */
  readonly short: number
  /** Since when there has been no stable run although there should be one, and deaths since then. */
  readonly lostAt: number | null
  readonly lostDeaths: number
}

export type HistoryEvent =
  | {
      readonly is: 'start'
      readonly at: number
      readonly started: number
      /** PM2 restarts it by itself, so that a start may not have been ordered by anybody. */
      readonly autorestart: boolean
      /** Started by the clock: what earlier runs did says nothing of this one. */
      readonly scheduled: boolean
    }
  | {
      readonly is: 'exit'
      readonly at: number
      /** Start of the run that ended. */
      readonly started: number
      readonly code: number | null
      readonly signal: string | null
      readonly ordered: boolean
      readonly errored: boolean
    }
  /** `pm2 stop`, as its command tells the daemon when it is done. */
  | { readonly is: 'stop'; readonly at: number }
  /** The bot is about to stop it. */
  | { readonly is: 'halt'; readonly at: number }
  /** A status read, for what the bus could not tell. */
  | {
      readonly is: 'seen'
      readonly at: number
      readonly started: number | null
      readonly state: 'running' | 'waiting' | 'stopped' | 'errored'
    }

export const nothingSeen: History = {
  started: null,
  running: false,
  ended: null,
  halted: false,
  errored: false,
  deaths: [],
  short: 0,
  lostAt: null,
  lostDeaths: 0,
}

const awake = { running: true, ended: null, halted: false } as const
const clean = { errored: false, short: 0, lostAt: null, lostDeaths: 0 } as const

const isStable = (history: History, at: number): boolean =>
  history.running && history.started !== null && at - history.started >= stableAfter

/** A run that has lived long enough ends what went before it. */
const ripen = (history: History, at: number): History =>
  isStable(history, at) ? { ...history, ...clean } : history

function start(history: History, event: HistoryEvent & { is: 'start' }): History {
  if (event.started === history.started) return history
  const began = { ...history, ...awake, started: event.started }
  if (history.errored || event.scheduled) return { ...began, ...clean }
  if (history.ended !== 'died' || event.autorestart) return began
  return { ...began, ...clean, short: history.short }
}

function die(history: History, event: HistoryEvent & { is: 'exit' }): History {
  const lived = Math.max(0, event.at - event.started)
  const { at, code, signal } = event
  return {
    started: event.started,
    running: false,
    ended: 'died',
    halted: false,
    errored: event.errored,
    deaths: [...history.deaths, { at, code, signal, lived }],
    short: lived < stableAfter ? history.short + 1 : 0,
    lostAt: lived < stableAfter ? (history.lostAt ?? at) : at,
    lostDeaths: lived < stableAfter ? history.lostDeaths + 1 : 1,
  }
}

function exit(history: History, event: HistoryEvent & { is: 'exit' }): History {
  const again = !history.running && history.started === event.started
  // The second end of a run is the stop's own, also where it waited for its restart.
  const ordered = event.ordered || (again && history.ended !== 'unseen')
  if (!ordered) return die(history, event)
  return { ...history, ...clean, started: event.started, running: false, ended: 'ordered' }
}

function see(history: History, event: HistoryEvent & { is: 'seen' }): History {
  const { at, started, state } = event
  // The bus was ahead of the answer.
  if (started !== null && history.started !== null && started < history.started) return history
  const newRun = started !== history.started
  if (state === 'running')
    return newRun ? { ...history, ...awake, started, errored: false } : history
  const over: History =
    newRun || history.running || history.ended === null
      ? { ...history, started, running: false, ended: 'unseen' }
      : history
  if (state === 'errored') return { ...over, errored: true }
  if (state === 'waiting') return { ...over, lostAt: over.lostAt ?? at }
  return over.ended === 'unseen' ? { ...over, ...clean } : over
}

const step = (history: History, event: HistoryEvent): History => {
  if (event.is === 'start') return start(history, event)
  if (event.is === 'exit') return exit(history, event)
  if (event.is === 'seen') return see(history, event)
  if (event.is === 'halt') return { ...history, halted: true }
  return history.running ? history : { ...history, ...clean, ended: 'ordered', halted: false }
}

/** The next memory. Events that come twice or too late change nothing. */
export function fold(history: History, event: HistoryEvent): History {
  const next = step(ripen(history, event.at), event)
  const deaths = next.deaths.filter((death) => death.at > event.at - hour).slice(-mostDeaths)
  return deaths.length === next.deaths.length ? next : { ...next, deaths }
}

/** Deaths that nobody ordered in the hour before `now`. */
export const crashes = (history: History, now: number): number =>
  history.deaths.filter((death) => death.at > now - hour).length

/** Three starts in a row that lived under 10 s, and none since that lives longer. */
export const looping = (history: History, now: number): boolean =>
  history.short >= loopAt && history.ended !== 'ordered' && !isStable(history, now)
