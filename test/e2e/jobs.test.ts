import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { StoredMessage } from '../../src/standin/standin.ts'
import { asha, calm, startTimedBot, type TimedBot } from '../support/bot.ts'
import { tempHome } from '../support/home.ts'

const buttonsOf = (message: StoredMessage): readonly string[] =>
  message.reply_markup?.inline_keyboard?.flat().map(({ text }) => text) ?? []

/** The message as it stands now. */
const now = (bot: TimedBot, { message_id, chat }: StoredMessage): StoredMessage => {
  const found = bot.standin.messages(chat.id).find((one) => one.message_id === message_id)
  if (!found) throw new Error(`message ${message_id} is gone`)
  return found
}

/** A task that does what a file says, and a bot that knows it. */
async function withTask() {
  const script = join(tempHome(), 'task.sh')
  const bot = await startTimedBot({
    config: `${calm}tasks:
  tidy: { kind: command, run: [sh, ${script}], schedule: "0 0 1 1 *" }
`,
  })
  return { bot, says: (text: string) => writeFileSync(script, text) }
}

test('a long action is asked about, told in one message, and its output is to be had', async () => {
  const { bot, says } = await withTask()
  await using _bot = bot
  says('echo swept')
  const question = await bot.ask(asha, '/run tidy')
  const before = bot.said().length
  const [verb = ''] = buttonsOf(question)
  expect(await bot.press(asha, question, verb)).toBe('On it')
  await bot.pass(20_000)
  expect(now(bot, question).text).toMatch(/^✅ [^]*Took .*, ordered by Asha/)
  expect(buttonsOf(now(bot, question))).toEqual(['Log'])
  expect(bot.said()).toHaveLength(before)
  expect((await bot.ask(asha, '/history')).text).toContain('✅')
  expect(await bot.press(asha, now(bot, question), 'Log')).toBe('')
  await bot.pass(5_000)
  expect(bot.said().at(-1)?.document?.name).toBe('task-tidy-1.log')
})

test('one that fails says why, and sends its output', async () => {
  const { bot, says } = await withTask()
  await using _bot = bot
  says('echo no space left >&2; exit 3')
  const question = await bot.ask(asha, '/run tidy')
  const [verb = ''] = buttonsOf(question)
  await bot.press(asha, question, verb)
  await bot.pass(20_000)
  expect(now(bot, question).text).toMatch(/^❌/)
  const file = bot.said().at(-1)
  expect(file?.document?.name).toBe('task-tidy-1.log')
  expect(file?.reply_to).toBe(question.message_id)
})
