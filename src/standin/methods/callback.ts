import { flag, string } from '../params.ts'
import type { Params } from '../params.ts'
import { badRequest } from '../refusal.ts'
import { announce } from '../world.ts'
import type { World } from '../world.ts'

const maxText = 200

/**
 * core.telegram.org/bots/api#answercallbackquery: at most 200 characters. Answering twice is fine, answering late is not.
 *
 * @throws Refusal `query is too old …`, `MESSAGE_TOO_LONG`
 */
export function answerCallbackQuery(world: World, params: Params): true {
  const callback = world.callbacks.get(string(params, 'callback_query_id'))
  const age = world.clock.monotonic() - (callback?.at ?? 0)
  if (callback === undefined || age > world.callbackAge) {
    throw badRequest('query is too old and response timeout expired or query ID is invalid')
  }
  const text = string(params, 'text')
  if (text.length > maxText) throw badRequest('MESSAGE_TOO_LONG')
  callback.answers.push(Object.freeze({ text, show_alert: flag(params, 'show_alert') }))
  announce(world, { kind: 'answered', callback })
  return true
}
