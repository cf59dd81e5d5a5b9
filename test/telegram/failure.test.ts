import { GrammyError, HttpError } from 'grammy'
import { describe, expect, test } from 'vitest'
import { failureOf } from '../../src/telegram/failure.ts'

const person = 1001
const group = -100_500

function refusal(code: number, description: string, parameters = {}): GrammyError {
  const response = { ok: false as const, error_code: code, description, parameters }
  return new GrammyError('Call failed', response, 'sendMessage', {})
}

function network(fields: object): HttpError {
  const secret = 'request to http://host/bot123:SECRET/sendMessage failed'
  return new HttpError('failed', Object.assign(new Error(secret), fields))
}

describe('for good', () => {
  test.each([
    [403, 'Forbidden: bot was blocked by the user', 'blocked'],
    [403, "Forbidden: bot can't initiate conversation with a user", 'not-started'],
    [403, 'Forbidden: user is deactivated', 'chat-gone'],
    [403, 'Forbidden: bot was kicked from the supergroup chat', 'chat-gone'],
    [403, 'Forbidden: bot is not a member of the channel chat', 'chat-gone'],
    [403, 'Forbidden: not enough rights', 'refused'],
    [400, 'Bad Request: chat not found', 'not-started'],
    [400, 'Bad Request: message to edit not found', 'message-gone'],
    [400, "Bad Request: message can't be edited", 'message-gone'],
    [400, 'Bad Request: there is no text in the message to edit', 'message-gone'],
    [400, 'Bad Request: group chat was deactivated', 'chat-gone'],
    [400, 'Bad Request: message is too long', 'refused'],
    [413, 'Request Entity Too Large', 'refused'],
  ])('%i %s', (code, description, why) => {
    expect(failureOf(refusal(code, description), person)).toEqual({
      verdict: { is: 'never', why, detail: description },
    })
  })

  test('an unknown group is gone; an unknown person has never started the bot', () => {
    const error = refusal(400, 'Bad Request: chat not found')
    expect(failureOf(error, group)).toMatchObject({ verdict: { why: 'chat-gone' } })
    expect(failureOf(error, person)).toMatchObject({ verdict: { why: 'not-started' } })
  })
})

describe('for now', () => {
  test('a flood limit says how long, and holds for the whole bot', () => {
    const error = refusal(429, 'Too Many Requests: retry after 7', { retry_after: 7 })
    const verdict = { is: 'later', after: 7000, wholeBot: true }
    expect(failureOf(error, person)).toMatchObject({ verdict })
  })

  test.each([401, 404])('%i is a bad token: slowly, and for the whole bot', (code) => {
    const verdict = { is: 'later', after: 60_000, wholeBot: true }
    expect(failureOf(refusal(code, 'Unauthorized'), person)).toMatchObject({ verdict })
  })

  test('a server error is about this call', () => {
    const verdict = { is: 'later', wholeBot: false }
    expect(failureOf(refusal(502, 'Bad Gateway'), person)).toMatchObject({ verdict })
  })

  test.each([
    [{ code: 'ECONNREFUSED' }, 'network: ECONNREFUSED', true],
    [{ name: 'AbortError', type: 'aborted' }, 'no answer in time', false],
    [{ type: 'invalid-json' }, 'answer is not JSON', false],
    [{}, 'network: unreachable', true],
  ])('network error %o', (fields, why, wholeBot) => {
    expect(failureOf(network(fields), person)).toMatchObject({
      verdict: { is: 'later', why, wholeBot },
    })
  })

  test('the token in the URL is never repeated', () => {
    const all = [{ code: 'ECONNRESET' }, { type: 'system' }, {}].map((fields) =>
      JSON.stringify(failureOf(network(fields), person)),
    )
    expect(all.join()).not.toContain('SECRET')
  })

  test('anything else is a fault of the bot, which a later attempt may not meet', () => {
    expect(failureOf(new TypeError('x'), person)).toMatchObject({ verdict: { is: 'later' } })
    expect(failureOf(undefined, person)).toMatchObject({ verdict: { is: 'later' } })
  })
})

test('a group that became a supergroup', () => {
  const error = refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
    migrate_to_chat_id: -100_1,
  })
  expect(failureOf(error, group)).toEqual({ verdict: { is: 'moved', to: -100_1 } })
})

test('an edit that changes nothing is done', () => {
  const description =
    'Bad Request: message is not modified: specified new message content and reply markup are exactly the same'
  expect(failureOf(refusal(400, description), person)).toEqual({ unchanged: true })
})

test.each([
  ["Bad Request: can't parse entities: Unsupported start tag", 'plain'],
  ['Bad Request: BUTTON_DATA_INVALID', 'bare'],
  ['Bad Request: message thread not found', 'no-topic'],
])('%s: once more with less', (description, lesser) => {
  expect(failureOf(refusal(400, description), person)).toEqual({ lesser })
})
