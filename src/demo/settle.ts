import type { Clock } from '../contract/clock.ts'
import type { Standin, StoredMessage } from '../standin/standin.ts'

/** The longest that anything in the demo is waited for, in milliseconds. */
export const patience = 60_000
/** How often to look where no message tells that something changed, in milliseconds. */
const lookEvery = 50

export interface Settling {
  readonly standin: Standin
  readonly clock: Clock
  /** Aborted when the demo ends. */
  readonly stop: AbortSignal
  /** The longest wait, in milliseconds; default `patience`. */
  readonly within?: number
}

/** Whether something that a command causes has come about. */
export type Goal = () => boolean

/** Waits until `goal` is reached, looking again after each change in the chat. False: it was not. */
export function reached(
  { standin, clock, stop, within = patience }: Settling,
  goal: Goal,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const finish = (is: boolean): void => {
    off()
    timer.cancel()
    clearInterval(looking)
    stop.removeEventListener('abort', onStop)
    resolve(is)
  }
  const onStop = (): void => finish(false)
  const look = (): void => {
    if (goal()) finish(true)
  }
  const off = standin.on('change', look)
  const timer = clock.after(within, () => finish(false))
  // Unlike the clock's timers this one keeps the process alive: somebody waits here.
  const looking = setInterval(look, lookEvery)
  stop.addEventListener('abort', onStop, { once: true })
  look()
  if (stop.aborted) finish(false)
  return promise
}

/** Of the bot, and sent or edited at or after `since` (epoch ms). */
export const news =
  (since: number) =>
  (message: StoredMessage): boolean =>
    message.byBot && (message.versions.at(-1)?.at ?? 0) >= since

/** Tells of `name` in one of its lines, behind one of the marks. */
export const tells =
  (marks: string, name: string) =>
  ({ text }: Pick<StoredMessage, 'text'>): boolean =>
    text.split('\n').some((line) => new RegExp(`^(?:• )?[${marks}]\\S* ${name}\\b`, 'u').test(line))

/** The bot's first message, which also tells what is wrong already. */
export const greets = ({ byBot, text }: StoredMessage): boolean =>
  byBot && text.startsWith('👋 Mechanic is on duty')

/** What the bot is still working on: a confirmed action shows this first, its outcome later. */
export const atWork = ({ text }: StoredMessage): boolean => text.startsWith('⏳')
