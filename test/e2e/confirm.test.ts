import { expect, test } from 'vitest'
import type { StoredMessage } from '../../src/standin/standin.ts'
import { asha, ben, calm, startTimedBot, type TimedBot } from '../support/bot.ts'
import { fileService } from './support/service.ts'

const watched = async (start?: string) => {
  const web = fileService(start)
  const bot = await startTimedBot({
    config: `${calm}services: { web: { manager: ${web.manager} } }`,
  })
  return { web, bot }
}

const buttonsOf = (message: StoredMessage): readonly string[] =>
  message.reply_markup?.inline_keyboard?.flat().map(({ text }) => text) ?? []

/** The message as it stands now. */
const now = (bot: TimedBot, { message_id, chat }: StoredMessage): StoredMessage => {
  const found = bot.standin.messages(chat.id).find((one) => one.message_id === message_id)
  if (!found) throw new Error(`message ${message_id} is gone`)
  return found
}

test('a restart is shown first, done once, verified, and told in the place of the question', async () => {
  const { web, bot } = await watched()
  await using _bot = bot
  const question = await bot.ask(asha, '/restart web')
  expect(question.text).toMatch(/^❓ Restart web\?\n/)
  expect(question.text).toContain('echo start >> starts')
  expect(buttonsOf(question)).toEqual(['Restart web', 'Cancel'])
  await bot.pass(30_000)
  expect(web.starts()).toBe(0)
  const before = bot.said().length
  expect(await bot.press(asha, question, 'Restart web')).toBe('On it')
  await bot.pass(5_000)
  expect(now(bot, question).text).toBe('⏳ Restarting web…')
  await bot.pass(20_000)
  expect(now(bot, question).text).toMatch(/^✅ Restarted web\n.*verified/)
  expect(buttonsOf(now(bot, question))).toEqual([])
  expect(web.starts()).toBe(1)
  expect(bot.said()).toHaveLength(before)
})

test('a restart that does not help says what was seen', async () => {
  const { bot } = await watched('exit 7')
  await using _bot = bot
  const question = await bot.ask(asha, '/restart web')
  await bot.press(asha, question, 'Restart web')
  await bot.pass(60_000)
  expect(now(bot, question).text).toMatch(/^❌ Restart web: .*exited with code 7/)
})

test('cancelled is cancelled, and what nobody answers in 2 minutes is over', async () => {
  const { web, bot } = await watched()
  await using _bot = bot
  const first = await bot.ask(asha, '/restart web')
  expect(await bot.press(asha, first, 'Cancel')).toContain('Cancelled')
  const second = await bot.ask(asha, '/restart web')
  await bot.pass(119_000)
  expect(buttonsOf(now(bot, second))).toEqual(['Restart web', 'Cancel'])
  await bot.pass(5_000)
  expect(now(bot, first).text).toBe('✖️ Cancelled: Restart web. Nothing was done.')
  expect(now(bot, second).text).toBe('⌛ Expired: Restart web. Nothing was done.')
  expect(web.starts()).toBe(0)
})

test('a question outlives the bot that asked it', async () => {
  const { web, bot } = await watched()
  await using _bot = bot
  const question = await bot.ask(asha, '/restart web')
  await bot.stop()
  await bot.start()
  expect(await bot.press(asha, question, 'Restart web')).toBe('On it')
  await bot.pass(30_000)
  expect(now(bot, question).text).toMatch(/^✅ Restarted web/)
  expect(web.starts()).toBe(1)
})

test('a press that waits at Telegram while the bot is away still counts by its age', async () => {
  const { web, bot } = await watched()
  await using _bot = bot
  const question = await bot.ask(asha, '/restart web')
  await bot.stop()
  const press = bot.standin.press(asha, question, 'Restart web')
  await bot.clock.advance(121_000)
  await bot.start()
  await bot.pass(20_000)
  expect(now(bot, question).text).toBe('⌛ Expired: Restart web. Nothing was done.')
  expect(web.starts()).toBe(0)
  expect(bot.standin.calls.some(({ params }) => params['callback_query_id'] === press)).toBe(true)
})

test('of two operators at once on one service, one acts and the other is told who', async () => {
  const { web, bot } = await watched()
  await using _bot = bot
  const mine = await bot.ask(asha, '/restart web')
  const theirs = await bot.ask(ben, '/restart web')
  bot.standin.press(ben, theirs, 'Restart web')
  bot.standin.press(asha, mine, 'Restart web')
  await bot.pass(30_000)
  expect(now(bot, theirs).text).toMatch(/^✅ Restarted web/)
  expect(now(bot, mine).text).toMatch(/^❌ Restart web: Ben is at it since 12:00 \(restart web\)/)
  expect(web.starts()).toBe(1)
})

test("a restart by hand raises no alarm about what it does, and the bot's own does not run beside it", async () => {
  const web = fileService('sleep 0.2 && touch up')
  await using bot = await startTimedBot({
    config: `${calm}services: { web: { manager: ${web.manager}, restart: auto, severity: critical, notify: at-once } }`,
  })
  const before = bot.said().length
  const question = await bot.ask(asha, '/restart web')
  bot.standin.press(asha, question, 'Restart web')
  web.down()
  await bot.pass(60_000)
  expect(now(bot, question).text).toMatch(/^✅ Restarted web/)
  expect(bot.said()).toHaveLength(before + 1)
  expect(web.starts()).toBe(1)
})
