import type { InlineKeyboardButton } from 'grammy/types'
import type { Button } from '../contract/message.ts'
import { clean, clip } from './html.ts'
import type { Words } from './words.ts'

/** core.telegram.org/bots/api#inlinekeyboardbutton: callback data is 1 to 64 bytes. */
export const pressBytes = 64
/** What Telegram's servers accept in one keyboard. */
const perRow = 8
const perKeyboard = 100
const labelLength = 60

export interface Keyboard {
  readonly rows: InlineKeyboardButton[][]
  /** What had to be left out, for the log: a message is worth more than a button of it. */
  readonly faults: readonly string[]
}

/** The buttons under a message. One that Telegram would refuse is left out and named. */
export function keyboardOf(buttons: readonly (readonly Button[])[], words: Words): Keyboard {
  const faults: string[] = []
  let room = perKeyboard
  const rows = buttons.map((row) =>
    row.slice(0, perRow).flatMap((button): InlineKeyboardButton[] => {
      const bytes = Buffer.byteLength(button.press)
      const text = clip(clean(words.plain(button.label)).replace(/\n/g, ' ').trim(), labelLength)
      if (bytes === 0 || bytes > pressBytes || text === '') {
        faults.push(`button ${JSON.stringify(text)} with ${bytes} bytes of data`)
        return []
      }
      if (--room < 0) return []
      const { style, press } = button
      return [{ text, callback_data: press, ...(style && { style }) }]
    }),
  )
  return { rows: rows.filter((row) => row.length > 0), faults }
}
