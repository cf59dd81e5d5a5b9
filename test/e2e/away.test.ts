import { expect, test } from 'vitest'
import type { StoredMessage } from '../../src/standin/standin.ts'
import { asha, calm, startTimedBot, type TimedBot } from '../support/bot.ts'
import { type Page, startPage } from './support/page.ts'

const minute = 60_000

const config = (page: Page): string => `${calm}checks:
  site: { kind: http, url: "${page.url('/site')}", every: 30s, failures: 1, warning: down }
  blip: { kind: http, url: "${page.url('/blip')}", every: 30s, failures: 1, warning: down }
  shop: { kind: http, url: "${page.url('/shop')}", every: 30s, failures: 1, warning: down }
  pay:  { kind: http, url: "${page.url('/pay')}", every: 30s, failures: 1, critical: down }
`

/** What a message was about when it came. */
const nameIn = ({ versions }: StoredMessage): string | undefined =>
  /(\w+) is down/.exec(versions[0]?.text ?? '')?.[1]

const health = async (bot: TimedBot) => {
  const response = await fetch(`http://127.0.0.1:${bot.running.http?.port}/health`)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

/** Breaks one thing after the other, minutes apart, while nothing can be told. */
async function breakAll(bot: TimedBot, page: Page): Promise<void> {
  page.broken.add('/site')
  await bot.pass(2 * minute)
  page.broken.add('/blip')
  await bot.pass(2 * minute)
  page.broken.delete('/blip')
  page.broken.add('/shop')
  await bot.pass(2 * minute)
  page.broken.add('/pay')
  await bot.pass(2 * minute)
}

test('what still matters arrives when Telegram is back: the critical first, then in order, marked late', async () => {
  await using page = await startPage()
  await using bot = await startTimedBot({ config: config(page) })
  const hellos = bot.said().length
  await bot.standin.refuse()
  await breakAll(bot, page)
  expect(await health(bot)).toMatchObject({
    status: 200,
    body: { telegram: 'away', outbox: { waiting: 3 } },
  })
  await bot.standin.accept()
  await bot.pass(2 * minute)
  const told = bot.said().slice(hellos)
  expect(told.map(nameIn)).toEqual(['pay', 'site', 'shop'])
  expect(told.map((message) => message.disable_notification)).toEqual([false, true, true])
  const first = told.map((message) => message.versions[0]?.text ?? '')
  expect(first.filter((text) => !text.startsWith('🕓 Told late: this is about '))).toEqual([])
  expect(await health(bot)).toMatchObject({ body: { telegram: 'online', outbox: { waiting: 0 } } })
})

test('refusals of the server delay what is told, and lose nothing', async () => {
  await using page = await startPage()
  await using bot = await startTimedBot({ config: config(page) })
  const hellos = bot.said().length
  const { standin } = bot
  standin.fault({ kind: 'flood', retryAfter: 40, method: 'sendMessage' })
  standin.fault({ kind: 'server-error', method: 'sendMessage', times: 3 })
  standin.fault({ kind: 'garbage', method: 'sendMessage' })
  standin.fault({ kind: 'reset', method: 'sendMessage' })
  standin.fault({ kind: 'hang', method: 'sendMessage' })
  await breakAll(bot, page)
  const sends = standin.calls.filter(({ method }) => method === 'sendMessage')
  const flooded = sends.findIndex(({ fault }) => fault === 'flood')
  const next = sends[flooded + 1]
  expect((next?.at ?? 0) - (sends[flooded]?.at ?? 0)).toBeGreaterThanOrEqual(40_000)
  await bot.pass(5 * minute)
  const told = bot.said().slice(hellos).map(nameIn)
  expect(told.filter((name) => name !== 'blip')).toEqual(['site', 'shop', 'pay'])
})

test('an answer that is lost on its way makes one duplicate at most', async () => {
  await using page = await startPage()
  await using bot = await startTimedBot({ config: config(page) })
  const hellos = bot.said().length
  bot.standin.fault({ kind: 'drop', method: 'sendMessage' })
  page.broken.add('/site')
  await bot.pass(5 * minute)
  const twice = bot.said().slice(hellos)
  expect(twice.length).toBeLessThanOrEqual(2)
  expect(twice.every(({ text }) => text.includes('site is down'))).toBe(true)
  bot.standin.fault({ kind: 'drop', method: 'editMessageText' })
  page.broken.clear()
  await bot.pass(5 * minute)
  expect(bot.said().slice(hellos)).toHaveLength(twice.length)
  expect(bot.said().at(-1)?.text).toContain('✅ site is fine again')
})

test('a night without Telegram, a restart included, loses nothing that is still wrong', async () => {
  await using page = await startPage()
  await using bot = await startTimedBot({ config: config(page) })
  const hellos = bot.said().length
  await bot.standin.refuse()
  await breakAll(bot, page)
  await bot.stop()
  await bot.start()
  await bot.pass(30 * minute, 10_000)
  await bot.standin.accept()
  await bot.pass(2 * minute)
  const told = bot.said().slice(hellos).map(nameIn)
  expect(told.slice(0, 3)).toEqual(['pay', 'site', 'shop'])
  const reminders = bot
    .said()
    .slice(hellos + 3)
    .map(({ text }) => text)
  expect(reminders.every((text) => text.includes('⏰ Still open'))).toBe(true)
  expect((await bot.ask(asha, '/incidents')).text).toContain('3 open incidents')
})

test('thirty messages that waited leave no faster than Telegram takes them', async () => {
  await using page = await startPage()
  const names = Array.from({ length: 30 }, (_, number) => `page-${number + 1}`)
  const checks = names.map(
    (name) =>
      `  ${name}: { kind: http, url: "${page.url(`/${name}`)}", every: 10s, failures: 1, warning: down }\n`,
  )
  await using bot = await startTimedBot({ config: `${calm}checks:\n${checks.join('')}` })
  const hellos = bot.said().length
  await bot.standin.refuse()
  for (const name of names) {
    page.broken.add(`/${name}`)
    await bot.pass(22_000, 11_000)
  }
  await bot.standin.accept()
  await bot.pass(3 * minute)
  expect(bot.said().slice(hellos)).toHaveLength(names.length)
})
