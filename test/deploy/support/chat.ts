import type { StoredMessage } from '../../../src/standin/standin.ts'
import { until } from '../../e2e/support/wait.ts'
import { asha } from '../../support/bot.ts'
import type { Stage } from './stage.ts'

export const labels = ({ reply_markup: markup }: StoredMessage): readonly string[] =>
  markup?.inline_keyboard?.flat().map(({ text }) => text) ?? []

const ofBot = ({ standin }: Stage, chat: number): readonly StoredMessage[] =>
  standin.messages(chat).filter(({ byBot }) => byBot)

/** A message as it stands now. */
export const now = ({ standin }: Stage, { chat, message_id: id }: StoredMessage): StoredMessage => {
  const found = standin.messages(chat.id).find((one) => one.message_id === id)
  if (!found) throw new Error(`message ${id} is gone`)
  return found
}

/** Waits for a message of the bot that is newer than another one. */
export const said = (
  stage: Stage,
  after: number,
  fits: (message: StoredMessage) => boolean,
  { user = asha, ms = 60_000 } = {},
): Promise<StoredMessage> =>
  until(
    () => ofBot(stage, user).find((one) => one.message_id > after && fits(one)),
    ms,
    () => ({
      said: ofBot(stage, user)
        .filter(({ message_id: id }) => id > after)
        .map(({ text }) => text),
      bot: stage.bot().output().slice(-2_000),
    }),
  )

/** Types something. @returns its message's id */
export const type = ({ standin }: Stage, text: string, user = asha): number =>
  standin.say(user, text).message_id

/** Types a command, and presses the button of the question that comes of it. @returns that message */
export async function order(
  stage: Stage,
  text: string,
  button: string,
  user = asha,
): Promise<StoredMessage> {
  const asked = type(stage, text, user)
  const question = await said(stage, asked, (one) => labels(one).includes(button), {
    user,
    ms: 30_000,
  })
  stage.standin.press(user, question, button)
  return question
}

/**
 * The last words of a job: what its message says once it has ended, or the one below it where the bot
 * was killed before the job had begun.
 */
export async function ended(
  stage: Stage,
  message: StoredMessage,
  ms = 120_000,
): Promise<StoredMessage> {
  return until(
    () => {
      const shown = now(stage, message)
      const below = ofBot(stage, message.chat.id).filter(
        (one) => one.message_id > message.message_id,
      )
      const words = shown.text.startsWith('⏸') ? below : [shown]
      return words.find(({ text }) => /^[✅❌✖]/u.test(text))
    },
    ms,
    () => ({ shown: now(stage, message).text, bot: stage.bot().output().slice(-3_000) }),
  )
}

/** `/deploy web`, confirmed, to its end. */
export async function deploy(stage: Stage, ref = '', ms?: number): Promise<StoredMessage> {
  return ended(stage, await order(stage, `/deploy web ${ref}`.trim(), 'Deploy web'), ms)
}
