import { boot, type BootOutside, type Running } from './boot.ts'
import { readConfig } from './configuration.ts'
import type { Clock } from './contract/clock.ts'
import type { Message } from './contract/message.ts'
import type { Log } from './contract/log.ts'
import { createRedactor } from './core/redact.ts'
import { cannotStart } from './core/say/alarm.ts'
import { type Env, readEnvironment } from './environment.ts'
import { loadKinds } from './flow/kinds.ts'
import { pauseOf } from './flow/pause.ts'
import { wordsFor } from './standing.ts'
import { UnusableError } from './store/open.ts'
import { createLoneSender } from './telegram/alone.ts'

/** How often the database is tried again. */
const every = 30_000

const unlogged: Log = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

/** Says it to the first operator who can be reached. @returns whether anybody was */
async function tell(env: Env, clock: Clock, compose: (at: number) => Message): Promise<boolean> {
  const { token, apiRoot } = readEnvironment(env)
  const { config } = readConfig(clock, env, await loadKinds())
  const words = wordsFor(config, clock)
  const sender = createLoneSender({
    token,
    clock,
    words,
    log: unlogged,
    ...(apiRoot !== undefined && { apiRoot }),
  })
  const operators = config.operators.filter(({ role }) => role !== 'viewer')
  for (const chat of [config.notify.chat, ...operators.map(({ id }) => ({ id }))]) {
    const delivery = { op: 'send', chat, sound: true, late: false } as const
    // The sender has time limits of its own, and nothing ends it before them.
    const { signal } = new AbortController()
    const verdict = await sender.deliver({ ...delivery, message: compose(clock.now()) }, signal)
    if (verdict.is === 'sent') return true
  }
  return false
}

export interface WaitingOutside extends BootOutside {
  /** Told once for each thing that keeps the bot from starting. */
  readonly waits: (problem: string) => void
}

/**
 * Starts the bot as soon as its database can be opened: a full disk is emptied, a damaged file put
 * right, while whoever looks after the machine has been told so once.
 *
 * @throws whatever else keeps it from starting
 */
export async function bootWhenPossible(env: Env, outside: WaitingOutside): Promise<Running> {
  const { clock } = outside
  const pause = pauseOf(clock)
  let said: string | null = null
  let told = false
  for (;;) {
    try {
      return await boot(env, outside)
    } catch (error) {
      if (!(error instanceof UnusableError)) throw error
      const { message, advice = '' } = error
      if (message !== said) outside.waits(message)
      said = message
      const { home } = readEnvironment(env)
      const problem = createRedactor([])(message)
      const trouble = { host: 'main', home, since: clock.now(), problem }
      told ||= await tell(env, clock, () => cannotStart(trouble, advice)).catch(() => false)
      await pause(every)
    }
  }
}
