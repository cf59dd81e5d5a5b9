import { flag, given, nested, record, string } from './params.ts'
import type { Params } from './params.ts'
import { badRequest } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import { requireButtonLink } from './text/link.ts'
import type { InlineButton, ReplyMarkup } from './world.ts'

const callbackBytes = 64
const maxButtons = 100
const styles = /^(?:danger|success|primary)?$/
/** core.telegram.org/bots/api#inlinekeyboardbutton: "Exactly one of the optional fields must be used". */
const actions = [
  'url',
  'callback_data',
  'web_app',
  'login_url',
  'disabled',
  'switch_inline_query',
  'switch_inline_query_current_chat',
  'switch_inline_query_chosen_chat',
  'copy_text',
  'callback_game',
  'pay',
]

/**
 * The `reply_markup` of a call, `undefined` for none and for a keyboard without buttons.
 *
 * @throws Refusal for a button that Telegram would not take; `BUTTON_DATA_INVALID` over 64 bytes
 */
export function markupOf(params: Params): ReplyMarkup | undefined {
  if (!given(params, 'reply_markup')) return undefined
  const markup = record(params, 'reply_markup')
  if (!('inline_keyboard' in markup)) return otherMarkup(markup)
  const rows = rowsOf(markup['inline_keyboard'])
  const keyboard = rows.map((row) => row.map(checkButton)).filter((row) => row.length > 0)
  if (keyboard.flat().length > maxButtons) throw badRequest('reply markup is too long')
  return keyboard.length === 0 ? undefined : { inline_keyboard: keyboard }
}

/**
 * The same for an edit, which takes nothing but an inline keyboard.
 *
 * @throws Refusal `inline keyboard expected`
 */
export function inlineMarkupOf(params: Params): ReplyMarkup | undefined {
  const markup = markupOf(params)
  if (markup !== undefined && markup.inline_keyboard === undefined) {
    throw badRequest('inline keyboard expected')
  }
  return markup
}

function otherMarkup(markup: Readonly<Record<string, unknown>>): ReplyMarkup {
  const fields = nested(markup)
  const known =
    'keyboard' in markup || flag(fields, 'remove_keyboard') || flag(fields, 'force_reply')
  if (!known) throw badRequest('object expected as reply markup')
  return markup
}

function rowsOf(value: unknown): readonly (readonly unknown[])[] {
  if (!Array.isArray(value) || !value.every((row) => Array.isArray(row))) {
    throw badRequest('field "inline_keyboard" must be an Array of Arrays')
  }
  return value
}

function checkButton(value: unknown): InlineButton {
  const button = nested(value)
  if (typeof button.values['text'] !== 'string') throw unparsable('Can\'t find field "text"')
  if (string(button, 'text') === '')
    throw badRequest('inline keyboard button text must be non-empty')
  if (!styles.test(string(button, 'style'))) throw unparsable('invalid button style specified')
  const used = actions.filter((action) => action in button.values)
  if (used.length > 1) throw unparsable('exactly one of the optional fields must be used')
  const isText =
    used.length === 0 || button.values['callback_data'] === '' || button.values['url'] === ''
  if (isText) throw unparsable('Text buttons are unallowed in the inline keyboard')
  if (Buffer.byteLength(string(button, 'callback_data')) > callbackBytes) {
    throw badRequest('BUTTON_DATA_INVALID')
  }
  if (given(button, 'url')) requireButtonLink(string(button, 'url'))
  return value as InlineButton
}

function unparsable(reason: string): Refusal {
  return badRequest(`can't parse inline keyboard button: ${reason}`)
}
