import { fileURLToPath } from 'node:url'
import type { Delivery, Sender, Verdict } from '../../src/contract/sender.ts'
import { render } from '../../src/telegram/render.ts'
import { createWords } from '../../src/telegram/words.ts'
import { faultsOf } from './texts.ts'

/** A message as its readers see it. */
export interface Shown {
  readonly id: number
  readonly chat: number
  readonly sound: boolean
  readonly late: boolean
  readonly replyTo: number | undefined
  text: string
  buttons: readonly string[]
  edits: number
}

export interface FakeChat {
  readonly sender: Sender
  /** What arrived, oldest first. */
  readonly messages: Shown[]
  /** Everything that was tried. */
  readonly tried: Delivery[]
  /** Another answer than `sent`; undefined delivers. */
  answer: (delivery: Delivery) => Verdict | undefined | Promise<Verdict | undefined>
  /** Takes a delivery, whatever is answered. */
  readonly put: (delivery: Delivery) => Verdict
  /** Those that began with a sound. */
  loud(): readonly Shown[]
  last(): Shown
}

export const away: Verdict = { is: 'later', after: 1_000, why: 'no network', wholeBot: true }

/** A chat that takes everything, and shows it as Telegram would. */
export function fakeChat(zone: string, now: () => number): FakeChat {
  const folder = fileURLToPath(new URL('../../locales', import.meta.url))
  const words = createWords({ language: 'en', folder, zone, now })
  const messages: Shown[] = []

  const put = (delivery: Delivery): Verdict => {
    const { plain, keyboard, faults } = render(delivery.message, words, { late: delivery.late })
    const wrong = [...faults, ...faultsOf(delivery.message)]
    if (wrong.length > 0) throw new Error(wrong.join('; '))
    const content = {
      text: plain,
      buttons: keyboard.flat().map((button) => button.text),
    }
    if (delivery.op === 'edit') {
      const shown = messages.find((one) => one.id === delivery.messageId)
      if (!shown) return { is: 'never', why: 'message-gone', detail: 'message to edit not found' }
      Object.assign(shown, content)
      shown.edits++
      return { is: 'sent', messageId: shown.id }
    }
    const { chat, sound, late, replyTo } = delivery
    const id = 100 + messages.length
    messages.push({ id, chat: chat.id, sound, late, replyTo, edits: 0, ...content })
    return { is: 'sent', messageId: id }
  }

  const chat: FakeChat = {
    messages,
    tried: [],
    put,
    answer: () => undefined,
    sender: {
      async deliver(delivery) {
        chat.tried.push(delivery)
        return (await chat.answer(delivery)) ?? put(delivery)
      },
    },
    loud: () => messages.filter((one) => one.sound),
    last() {
      const last = messages.at(-1)
      if (!last) throw new Error('nothing was sent')
      return last
    },
  }
  return chat
}
