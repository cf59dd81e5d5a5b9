import { expect, test } from 'vitest'
import { calm, startTimedBot } from '../support/bot.ts'
import { startPage } from './support/page.ts'

const minute = 60_000

/** A bot that watches one page, its hello over. */
async function watched() {
  const page = await startPage()
  const bot = await startTimedBot({
    config: `${calm}checks: { site: { kind: http, url: "${page.url()}", every: 30s, warning: "down for 1m" } }`,
  })
  const hellos = bot.said().length
  return { page, bot, told: () => bot.said().slice(hellos) }
}

test('a page that fails for 20 s is nothing to tell', async () => {
  const { page, bot, told } = await watched()
  await using _page = page
  await using _bot = bot
  await bot.pass(5 * minute)
  page.broken.add('/')
  await bot.pass(20_000)
  page.broken.clear()
  await bot.pass(10 * minute)
  expect(told()).toEqual([])
  expect((await bot.ask(1001, '/history')).text).toBe('Nothing has happened yet.')
})

test('a page that fails for longer is one silent message, edited once when it is back', async () => {
  const { page, bot, told } = await watched()
  await using _page = page
  await using _bot = bot
  page.broken.add('/')
  await bot.pass(4 * minute)
  const [message, ...others] = told()
  expect(others).toEqual([])
  expect(message).toMatchObject({ disable_notification: true })
  expect(message?.text).toMatch(/^🟠 site is down\nHTTP 503/)
  expect(message?.versions).toHaveLength(1)
  const buttons = message?.reply_markup?.inline_keyboard?.flat().map(({ text }) => text)
  expect(buttons).toEqual(['Acknowledge', 'Silence 1h', 'Details'])
  page.broken.clear()
  await bot.pass(5 * minute)
  const [after, ...more] = told()
  expect(more).toEqual([])
  expect(after?.versions).toHaveLength(2)
  expect(after?.text).toMatch(/^✅ site is fine again: was down 12:0\d to 12:0\d/)
  expect(after?.reply_markup?.inline_keyboard ?? []).toEqual([])
})
