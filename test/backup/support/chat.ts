import type { StoredMessage } from '../../../src/standin/standin.ts'
import { until } from '../../e2e/support/wait.ts'
import { asha, type Bot } from '../../support/bot.ts'

/** What is written on the buttons of a message. */
export const labels = ({ reply_markup: markup }: StoredMessage): readonly string[] =>
  markup?.inline_keyboard?.flat().map(({ text }) => text) ?? []

/** A message as it stands now. */
const now = ({ standin }: Bot, { chat, message_id: id }: StoredMessage): StoredMessage => {
  const found = standin.messages(chat.id).find((one) => one.message_id === id)
  if (!found) throw new Error(`message ${id} is gone`)
  return found
}

const since = (bot: Bot, after: number): readonly StoredMessage[] =>
  bot.said().filter(({ message_id: id }) => id > after)

/** Waits for a message of the bot that is newer than another one. */
export const said = (
  bot: Bot,
  after: number,
  fits: (message: StoredMessage) => boolean = () => true,
  ms = 60_000,
): Promise<StoredMessage> =>
  until(
    () => since(bot, after).find(fits),
    ms,
    () => since(bot, after).map(({ text }) => text),
  )

/** Writes to the bot. @returns its answer */
export const ask = (
  bot: Bot,
  text: string,
  fits?: (message: StoredMessage) => boolean,
): Promise<StoredMessage> => said(bot, bot.standin.say(asha, text).message_id, fits)

const lastWords = /^[✅❌⚠✖🚨]/u

/** The last words of a job, which stand in the message that it was confirmed in, or below that. */
export const ended = (bot: Bot, message: StoredMessage, ms = 120_000): Promise<StoredMessage> =>
  until(
    () => {
      const shown = now(bot, message)
      const below = shown.text.startsWith('⏸') ? since(bot, message.message_id) : []
      return [shown, ...below].find(({ text }) => lastWords.test(text))
    },
    ms,
    () => ({ shown: now(bot, message).text, log: bot.log().slice(-3_000) }),
  )

/** Presses the first button of the question that a command comes to. @returns the question */
export async function order(bot: Bot, text: string): Promise<StoredMessage> {
  const isAnswer = (one: StoredMessage): boolean =>
    labels(one).includes('Cancel') || one.text.startsWith('❌')
  const question = await ask(bot, text, isAnswer)
  const [button] = labels(question)
  if (button === undefined) throw new Error(`${text} came to: ${question.text}`)
  bot.standin.press(asha, question, button)
  return question
}

/** A command, confirmed, to its last words. */
export const run = async (bot: Bot, text: string): Promise<string> =>
  (await ended(bot, await order(bot, text))).text

/** `/restore NAME WHAT`, over live data, with what has to be typed. @returns the question */
export async function orderRestore(
  bot: Bot,
  name: string,
  what = 'latest',
): Promise<StoredMessage> {
  const live = 'Over live data'
  const choice = await ask(bot, `/restore ${name} ${what}`, (one) => labels(one).includes(live))
  bot.standin.press(asha, choice, live)
  const question = await said(bot, choice.message_id, (one) => labels(one).length === 2)
  bot.standin.press(asha, question, labels(question)[0] ?? '')
  const phrase = `restore ${name}`
  await until(
    () => now(bot, question).text.includes(`type ${phrase}`) || undefined,
    10_000,
    () => now(bot, question).text,
  )
  bot.standin.say(asha, phrase)
  return question
}

/** The same, to its last words. */
export const restoreLive = async (bot: Bot, name: string, what?: string): Promise<string> =>
  (await ended(bot, await orderRestore(bot, name, what))).text

/** Several commands, confirmed one after the other, to the last words of all. */
export async function runAll(bot: Bot, texts: readonly string[]): Promise<readonly string[]> {
  const orders: StoredMessage[] = []
  for (const text of texts) orders.push(await order(bot, text))
  return Promise.all(orders.map(async (one) => (await ended(bot, one)).text))
}

/** Its line in the list of all backups. */
export async function lineOf(bot: Bot, name: string): Promise<string> {
  const { text } = await ask(bot, '/backup', (one) => one.text.startsWith('💾'))
  return text.split('\n').find((one) => one.includes(`${name}:`)) ?? text
}

/** All that was written and said, as it stands now, for a person to read. */
export const transcript = ({ standin }: Bot): string =>
  standin
    .messages(asha)
    .map((one) => {
      const buttons = labels(one).map((label) => `[${label}]`)
      return `${one.byBot ? '' : '> '}${one.text}${buttons.length > 0 ? `\n${buttons.join(' ')}` : ''}`
    })
    .join('\n---\n')
