import type { StoredMessage } from '../../standin/standin.ts'

/** A button of the chat, by the number that presses it. */
export interface Numbered {
  readonly messageId: number
  readonly data: string
  readonly label: string
}

/** Numbers for the buttons of a chat: each keeps its own for as long as its message has it. */
export interface Buttons {
  /** The number of a button; a new one gets the next. */
  number(messageId: number, label: string, data: string): number
  find(number: number): Numbered | undefined
  /** Those that can be pressed now, oldest first. */
  live(messages: readonly StoredMessage[]): readonly (Numbered & { readonly number: number })[]
}

/** What a message can be pressed for. Links have no data. */
export const pressable = (message: StoredMessage): readonly Numbered[] =>
  (message.reply_markup?.inline_keyboard ?? []).flat().flatMap(({ text, callback_data }) => {
    if (callback_data === undefined) return []
    return [{ messageId: message.message_id, data: callback_data, label: text }]
  })

/** Numbers above which the oldest are forgotten: a demo that is left running does not grow. */
const most = 2000

export function createButtons(): Buttons {
  const numbers = new Map<string, number>()
  const known = new Map<number, Numbered>()
  let last = 0

  const keyOf = (messageId: number, data: string): string => `${messageId} ${data}`
  const forget = (): void => {
    const [oldest] = known
    if (oldest === undefined || known.size <= most) return
    known.delete(oldest[0])
    numbers.delete(keyOf(oldest[1].messageId, oldest[1].data))
  }

  return {
    number(messageId, label, data) {
      const key = keyOf(messageId, data)
      const number = numbers.get(key) ?? ++last
      numbers.set(key, number)
      known.set(number, { messageId, data, label })
      forget()
      return number
    },
    find: (number) => known.get(number),
    live: (messages) =>
      messages.flatMap(pressable).flatMap((button) => {
        const number = numbers.get(keyOf(button.messageId, button.data))
        return number === undefined ? [] : [{ ...button, number }]
      }),
  }
}
