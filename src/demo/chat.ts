import type { Change, Standin, StoredMessage } from '../standin/standin.ts'
import type { Canvas } from './terminal/message.ts'
import { showAnswer, showEdit, showMessage } from './terminal/message.ts'

/** The person's side of their chat with the bot. */
export interface Chat {
  readonly user: number
  messages(): readonly StoredMessage[]
  say(text: string): StoredMessage
  /** Presses a button; the id is that of the callback. */
  press(messageId: number, data: string): string
  /** What the bot answered to a press; undefined while it has not. */
  answerTo(callback: string): string | undefined
  close(): void
}

export interface ChatParts {
  readonly standin: Standin
  readonly user: number
  readonly canvas: Canvas
  print(text: string): void
}

/** Answers that are remembered. */
const most = 100

/** Shows everything that happens in a chat, and plays the person in it. */
export function openChat({ standin, user, canvas, print }: ChatParts): Chat {
  const answers = new Map<string, string>()

  const hear = (change: Change): void => {
    if (change.kind === 'answered') {
      const text = change.callback.answers.at(-1)?.text ?? ''
      answers.set(change.callback.id, text)
      const [oldest] = answers.keys()
      if (answers.size > most && oldest !== undefined) answers.delete(oldest)
      if (text !== '') print(showAnswer(text, canvas))
      return
    }
    if (!('message' in change) || !change.message.byBot || change.message.chat.id !== user) return
    const { message } = change
    if (change.kind === 'sent') print(`${showMessage(message, canvas)}\n`)
    if (change.kind === 'edited') print(`${showEdit(message, canvas)}\n`)
    if (change.kind === 'deleted') print(`✖ Mechanic deleted message ${message.message_id}\n`)
  }

  const close = standin.on('change', hear)
  return {
    user,
    messages: () => standin.messages(user),
    say: (text) => standin.say(user, text),
    press: (messageId, data) => standin.press(user, messageId, data),
    answerTo: (callback) => answers.get(callback),
    close,
  }
}
