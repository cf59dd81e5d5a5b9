import { GrammyError, HttpError } from 'grammy'
import type { Undeliverable, Verdict } from '../contract/sender.ts'

/** A second try within the same delivery, with less: what Telegram refused is left out. */
export type Lesser = 'plain' | 'bare' | 'no-topic'

export type Failure =
  | { readonly verdict: Verdict }
  | { readonly lesser: Lesser }
  /** An edit that would change nothing: as good as done. */
  | { readonly unchanged: true }

const later = (after: number, why: string, wholeBot: boolean): Failure => ({
  verdict: { is: 'later', after, why, wholeBot },
})
const never = (why: Undeliverable, detail: string): Failure => ({
  verdict: { is: 'never', why, detail },
})

/** Milliseconds. The outbox lengthens them from one attempt to the next. */
const pauses = { network: 2000, server: 5000, timeout: 2000, token: 60_000, flood: 5000 }

/**
 * What a failed call means. `chat` tells a person (positive) from a group. Pure. Descriptions are those
 * of github.com/tdlib/telegram-bot-api `Client.cpp`; the token, which is part of every URL, never gets
 * into the result.
 */
export function failureOf(error: unknown, chat: number): Failure {
  if (error instanceof GrammyError) return refusalOf(error, chat)
  if (error instanceof HttpError) return networkOf(error.error)
  return later(pauses.server, 'fault in the bot itself', false)
}

/** The message of a network error holds the URL: only its code is used. */
function networkOf(cause: unknown): Failure {
  const of = (key: string): string | undefined => {
    const value: unknown = typeof cause === 'object' && cause ? Reflect.get(cause, key) : undefined
    return typeof value === 'string' ? value : undefined
  }
  if (of('name') === 'AbortError' || of('type') === 'aborted') {
    return later(pauses.timeout, 'no answer in time', false)
  }
  if (of('type') === 'invalid-json') return later(pauses.server, 'answer is not JSON', false)
  return later(pauses.network, `network: ${of('code') ?? of('type') ?? 'unreachable'}`, true)
}

function refusalOf(error: GrammyError, chat: number): Failure {
  const { error_code: code, description, parameters } = error
  if (parameters.migrate_to_chat_id !== undefined) {
    return { verdict: { is: 'moved', to: parameters.migrate_to_chat_id } }
  }
  if (code === 429) {
    const seconds = parameters.retry_after
    return later(seconds === undefined ? pauses.flood : seconds * 1000, description, true)
  }
  if (code === 401 || code === 404)
    return later(pauses.token, `token refused: ${description}`, true)
  if (code >= 500) return later(pauses.server, description, false)
  if (code === 403) return never(forbiddenOf(description), description)
  return badRequestOf(description, chat)
}

function forbiddenOf(description: string): Undeliverable {
  if (/blocked by the user/i.test(description)) return 'blocked'
  if (/can't initiate conversation/i.test(description)) return 'not-started'
  if (/kicked|not a member|deactivated|deleted/i.test(description)) return 'chat-gone'
  return 'refused'
}

const badRequests: readonly (readonly [RegExp, (chat: number, detail: string) => Failure])[] = [
  [/message is not modified/i, () => ({ unchanged: true })],
  [/message to edit not found|message can't be edited|MESSAGE_ID_INVALID/i, gone('message-gone')],
  // A file: its words are a caption, which nothing of ours ever edits.
  [/there is no text in the message to edit/i, gone('message-gone')],
  [/message thread not found|TOPIC_(?:CLOSED|DELETED)/i, () => ({ lesser: 'no-topic' })],
  [/can't parse entities|ENTIT(?:Y|IES)_|unsupported parse_mode/i, () => ({ lesser: 'plain' })],
  [/BUTTON_|reply markup|inline keyboard/i, () => ({ lesser: 'bare' })],
  [/chat not found|PEER_ID_INVALID/i, unknownChat],
  [/group chat was (?:deactivated|deleted)|CHANNEL_PRIVATE/i, gone('chat-gone')],
]

function gone(why: Undeliverable) {
  return (_chat: number, detail: string): Failure => never(why, detail)
}

/** For Telegram a person who never pressed Start does not exist. */
function unknownChat(chat: number, detail: string): Failure {
  return never(chat > 0 ? 'not-started' : 'chat-gone', detail)
}

function badRequestOf(description: string, chat: number): Failure {
  const known = badRequests.find(([pattern]) => pattern.test(description))
  return known ? known[1](chat, description) : never('refused', description)
}
