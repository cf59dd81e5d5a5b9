import { GrammyError } from 'grammy'
import type { Api } from 'grammy'
import type { Update, UserFromGetMe } from 'grammy/types'
import type { Clock } from '../contract/clock.ts'
import type { Log } from '../contract/log.ts'
import type { Loop } from '../contract/loop.ts'
import { withLimit } from './call.ts'
import { failureOf } from './failure.ts'
import { createSleep } from './sleep.ts'
import type { Sleep } from './sleep.ts'

/** `conflict`: another program polls with the same token. `refused`: Telegram does not know the token. */
export type PollState = 'starting' | 'online' | 'away' | 'conflict' | 'refused'

export interface Polling {
  start(): void
  /** Ends the open request and confirms what was handled. */
  stop(): Promise<void>
  state(): PollState
  /** For how many milliseconds it has not been online; 0 while it is. */
  awayFor(): number
}

export interface PollingParts {
  readonly api: Api
  readonly clock: Clock
  readonly log: Log
  readonly loop: Loop
  /** Resolves when the update may be confirmed. */
  handle(update: Update): Promise<void>
  onMe(me: UserFromGetMe): void
  /** True from the first sign of a second poller until it has been quiet for a while. */
  onConflict(conflict: boolean): void
  onOnline(): void
}

const second = 1000
/** Long poll, seconds; while there is a conflict short, so that its end is noticed. */
const longPoll = 30
const conflictPoll = 10
/** How much longer than the poll itself its answer may take. */
const graceMs = 10 * second
/** A server that does not keep a poll open is not asked more often than this. */
const soonestMs = second
const shortCallMs = 10 * second
const lastCallMs = 3 * second
const conflictPauseMs = 10 * second
/** Longer than the pause of another Mechanic on the same token. */
const conflictOverMs = 30 * second
const longestPauseMs = 30 * second
const refusedPauseMs = 60 * second
/** Later than this, beyond its own time limit, a step of the loop is stuck. */
const patienceMs = 60 * second
/** One update; what takes longer does not keep the next one waiting. */
const updateMs = 60 * second

const allowed = [
  'message',
  'edited_message',
  'channel_post',
  'edited_channel_post',
  'callback_query',
  'my_chat_member',
] as const

/** Reads updates for ever, in order, and confirms each only after it was handled. Never throws. */
export function createPolling(parts: PollingParts): Polling {
  const link = createLink(parts)
  const line: Line = {
    ...parts,
    link,
    stopping: new AbortController(),
    sleep: createSleep(parts.clock),
    offset: undefined,
  }
  let done = Promise.resolve()
  return {
    state: link.state,
    awayFor: link.awayFor,
    start: () => void (done = run(line)),
    async stop() {
      line.stopping.abort()
      line.sleep.wake()
      await done
      line.loop.rest()
      await confirm(line)
    },
  }
}

interface Line extends PollingParts {
  readonly link: ReturnType<typeof createLink>
  readonly stopping: AbortController
  readonly sleep: Sleep
  /** Of the next update, once one was handled. */
  offset: number | undefined
}

async function run(line: Line): Promise<void> {
  const { link, stopping, sleep } = line
  let introduced = false
  while (!stopping.signal.aborted) {
    try {
      line.loop.expect(2 * shortCallMs + patienceMs)
      if (!introduced) await introduce(line)
      introduced = true
      await read(line)
    } catch (error) {
      if (stopping.signal.aborted) return
      // Somebody set a webhook meanwhile: that is taken back, and no second poller.
      if (isWebhook(error)) introduced = false
      const pause = isWebhook(error) ? second : link.failed(error)
      line.loop.expect(pause + patienceMs)
      await sleep(pause)
    }
  }
}

async function introduce({ api, clock, stopping, onMe, link }: Line): Promise<void> {
  const { signal } = stopping
  onMe(await withLimit(clock, shortCallMs, signal, (bounded) => api.getMe(bounded)))
  await withLimit(clock, shortCallMs, signal, (bounded) => api.deleteWebhook({}, bounded))
  link.worked()
}

async function read(line: Line): Promise<void> {
  const { api, clock, link, log, stopping, sleep, offset } = line
  const timeout = link.state() === 'conflict' ? conflictPoll : longPoll
  const request = { timeout, allowed_updates: allowed, ...(offset !== undefined && { offset }) }
  const limit = timeout * second + graceMs
  line.loop.expect(limit + patienceMs)
  const asked = clock.monotonic()
  const updates = await withLimit(clock, limit, stopping.signal, (bounded) =>
    api.getUpdates(request, bounded),
  )
  link.worked()
  for (const update of updates) {
    line.loop.expect(updateMs + patienceMs)
    await line.handle(update).catch((error: unknown) => {
      log.error({ err: error, update: update.update_id }, 'update could not be handled')
    })
    line.offset = update.update_id + 1
  }
  const early = asked + soonestMs - clock.monotonic()
  if (updates.length === 0 && early > 0) await sleep(early)
}

/** Tells Telegram what was handled, or it would come again after the next start. */
async function confirm({ api, clock, link, log, offset }: Line): Promise<void> {
  if (offset === undefined || link.state() !== 'online') return
  const request = { offset, limit: 1, timeout: 0 }
  await withLimit(clock, lastCallMs, undefined, (bounded) =>
    api.getUpdates(request, bounded),
  ).catch(() => log.debug({ offset }, 'last updates could not be confirmed'))
}

const isWebhook = (error: unknown): boolean =>
  error instanceof GrammyError && error.error_code === 409 && /webhook/i.test(error.description)

/** What is known of the way to Telegram; tells each change once. */
function createLink({ clock, log, onConflict, onOnline }: PollingParts) {
  let state: PollState = 'starting'
  let failures = 0
  let conflictAt = -Infinity
  let onlineAt = clock.monotonic()

  function become(next: PollState): boolean {
    if (state === next) return false
    const before = state
    state = next
    if (before === 'online') onlineAt = clock.monotonic()
    try {
      if (before === 'conflict') onConflict(false)
      if (next === 'conflict') onConflict(true)
      if (next === 'online') onOnline()
    } catch (error) {
      log.error({ err: error, state: next }, 'news of the connection could not be told')
    }
    return true
  }

  return {
    state: () => state,
    awayFor: () => (state === 'online' ? 0 : clock.monotonic() - onlineAt),
    worked(): void {
      failures = 0
      if (state === 'conflict' && clock.monotonic() - conflictAt < conflictOverMs) return
      if (become('online')) log.info({}, 'connected to Telegram')
    },
    /** Milliseconds to wait before the next attempt. */
    failed(error: unknown): number {
      if (error instanceof GrammyError && error.error_code === 409) {
        conflictAt = clock.monotonic()
        const advice = 'stop the other program, or give this bot a token of its own'
        if (become('conflict')) log.error({ advice }, 'another program uses this bot token')
        return conflictPauseMs
      }
      if (error instanceof GrammyError && [401, 404].includes(error.error_code)) {
        const advice = 'put the token from @BotFather into BOT_TOKEN'
        if (become('refused')) log.error({ advice }, 'Telegram refuses the bot token')
        return refusedPauseMs
      }
      const { why, after } = pauseOf(error)
      // During a conflict the network may fail too: who else polls is not known to be gone.
      if (state !== 'conflict' && become('away')) log.warn({ why }, 'Telegram cannot be reached')
      return Math.max(after, Math.min(longestPauseMs, second * 2 ** Math.min(failures++, 5)))
    },
  }
}

/** A flood limit says how long to wait; all else grows by itself. */
function pauseOf(error: unknown): { why: string; after: number } {
  const failure = failureOf(error, 0)
  if (!('verdict' in failure)) return { why: 'unexpected answer', after: 0 }
  const { verdict } = failure
  if (verdict.is !== 'later') return { why: 'unexpected answer', after: 0 }
  const isFlood = error instanceof GrammyError && error.error_code === 429
  return { why: verdict.why, after: isFlood ? verdict.after : 0 }
}
