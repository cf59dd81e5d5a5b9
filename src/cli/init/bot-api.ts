import { Api, GrammyError } from 'grammy'
import type { Update } from 'grammy/types'
import type { Clock } from '../../contract/clock.ts'
import { withLimit } from '../../telegram/call.ts'
import type { ApiSignal } from '../../telegram/call.ts'
import { failureOf } from '../../telegram/failure.ts'

/** What Telegram said, or did not: `away` is worth another try, the others need a person. */
export class BotFault extends Error {
  override readonly name = 'BotFault'
  readonly is: 'refused' | 'away' | 'webhook' | 'conflict' | 'unreachable'

  constructor(is: BotFault['is'], message: string) {
    super(message)
    this.is = is
  }
}

export interface Me {
  readonly name: string
  /** Without the @. */
  readonly username: string
}

/** The few calls that setting up needs. Each throws a {@link BotFault}. */
export interface BotApi {
  me(signal: AbortSignal): Promise<Me>
  /** The host that Telegram delivers to instead of us; null for none. Never the URL: it may hold a secret. */
  webhook(signal: AbortSignal): Promise<string | null>
  removeWebhook(signal: AbortSignal): Promise<void>
  /** Waits up to `seconds` for messages from `offset` on. */
  updates(
    offset: number | undefined,
    seconds: number,
    signal: AbortSignal,
  ): Promise<readonly Update[]>
  send(chat: number, text: string, signal: AbortSignal): Promise<void>
}

export type Connect = (token: string, apiRoot: string | undefined) => BotApi

const callMs = 10_000

/** grammY's words hold the URL with the token in it, so none of them are used. */
function faultOf(error: unknown, chat: number): BotFault {
  if (error instanceof GrammyError && error.error_code === 409)
    return new BotFault(
      /webhook/i.test(error.description) ? 'webhook' : 'conflict',
      error.description,
    )
  if (error instanceof GrammyError && [401, 404].includes(error.error_code))
    return new BotFault('refused', error.description)
  const failure = failureOf(error, chat)
  if (!('verdict' in failure)) return new BotFault('away', 'unexpected answer')
  const { verdict } = failure
  if (verdict.is === 'never') return new BotFault('unreachable', verdict.detail)
  return new BotFault('away', verdict.is === 'later' ? verdict.why : 'unexpected answer')
}

const hostOf = (url: string | undefined): string | null =>
  url ? (URL.parse(url)?.host ?? 'another server') : null

/** A bot's API, asked with time limits. */
export const connectBot =
  (clock: Clock): Connect =>
  (token, apiRoot) => {
    const api = new Api(token, apiRoot ? { apiRoot: apiRoot.replace(/\/+$/, '') } : {})
    const call = <T>(
      signal: AbortSignal,
      run: (bounded: ApiSignal) => Promise<T>,
      { ms = callMs, chat = 0 } = {},
    ): Promise<T> =>
      withLimit(clock, ms, signal, run).catch((error: unknown) => {
        throw faultOf(error, chat)
      })
    return {
      async me(signal) {
        const { first_name: name, username } = await call(signal, (bounded) => api.getMe(bounded))
        return { name, username }
      },
      async webhook(signal) {
        return hostOf((await call(signal, (bounded) => api.getWebhookInfo(bounded))).url)
      },
      async removeWebhook(signal) {
        await call(signal, (bounded) => api.deleteWebhook({}, bounded))
      },
      updates: (offset, timeout, signal) =>
        call(
          signal,
          (bounded) =>
            api.getUpdates(
              { timeout, allowed_updates: ['message'], ...(offset !== undefined && { offset }) },
              bounded,
            ),
          { ms: timeout * 1_000 + callMs },
        ),
      async send(chat, text, signal) {
        await call(signal, (bounded) => api.sendMessage(chat, text, {}, bounded), { chat })
      },
    }
  }
