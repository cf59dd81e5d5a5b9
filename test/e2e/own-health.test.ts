import { expect, test } from 'vitest'
import { createServer } from 'node:http'
import { asha, ben, calm, startTimedBot, type TimedBot } from '../support/bot.ts'
import { refuseWrites } from '../support/database.ts'
import { listen } from '../support/server.ts'
import { startPage } from './support/page.ts'

const second = 1_000
const minute = 60 * second

const health = async (bot: TimedBot) => {
  const response = await fetch(`http://127.0.0.1:${bot.running.http?.port}/health`)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const checks = (url: string): string =>
  `checks:
  pay: { kind: http, url: "${url}/pay", every: 30s, failures: 1, critical: down }
  shop: { kind: http, url: "${url}/shop", every: 30s, failures: 1, warning: down }
`

test('a full disk is told from memory, with what is wrong; once it is over the alarm says so', async () => {
  await using page = await startPage()
  await using bot = await startTimedBot({ config: calm + checks(page.url('')) })
  const hellos = bot.said().length
  const accept = refuseWrites()
  page.broken.add('/shop')
  await bot.pass(2 * minute)
  expect(bot.said()).toHaveLength(hellos + 1)
  const alarm = () => bot.said()[hellos]
  expect(alarm()).toMatchObject({ disable_notification: false })
  expect(alarm()?.text).toContain('🔴 I cannot use my own database on main since 12:00')
  expect(alarm()?.text).toContain('database or disk is full')
  expect(alarm()?.text).toContain('• shop: HTTP 503')
  expect((await health(bot)).status).toBe(503)
  accept()
  await bot.pass(minute)
  expect(alarm()?.text).toMatch(
    /^✅ I can use my database again on main: I could not from 12:00 to 12:02 \(.*\)$/,
  )
  expect((await health(bot)).status).toBe(200)
  expect(
    bot
      .said()
      .slice(hellos + 1)
      .map(({ text }) => text.split('\n')[0]),
  ).toEqual(['🟠 shop is down'])
})

test('what becomes critical meanwhile sounds again; the first alarm is not repeated', async () => {
  await using page = await startPage()
  await using bot = await startTimedBot({ config: calm + checks(page.url('')) })
  const hellos = bot.said().length
  const accept = refuseWrites()
  await bot.pass(10 * minute)
  expect(bot.said()).toHaveLength(hellos + 1)
  page.broken.add('/pay')
  await bot.pass(2 * minute)
  const alarms = bot.said().slice(hellos)
  expect(alarms).toHaveLength(2)
  expect(alarms[1]).toMatchObject({ disable_notification: false })
  expect(alarms[1]?.text).toContain('• pay: HTTP 503')
  await bot.pass(10 * minute)
  expect(bot.said()).toHaveLength(hellos + 2)
  accept()
})

test('the alarm reaches another operator when the first has blocked the bot', async () => {
  await using bot = await startTimedBot({ config: calm })
  bot.standin.block(asha)
  const accept = refuseWrites()
  await bot.pass(2 * minute)
  expect(bot.said(ben).map(({ text }) => text.split('\n')[0])).toEqual([
    '🔴 I cannot use my own database on main since 12:00',
  ])
  accept()
  await bot.pass(minute)
  expect(bot.said(ben)[0]?.text).toContain('✅')
})

test('a hiccup of Telegram skips no ping, however seldom they are', async () => {
  let pings = 0
  const server = await listen(createServer((_, response) => void response.end(`${++pings}`)))
  const ping = `ping_out: { url: "http://127.0.0.1:${server.port}/u", every: 10m }`
  await using bot = await startTimedBot({ config: calm.replace('notify: {', `notify: { ${ping},`) })
  await bot.pass(9.5 * minute)
  expect(pings).toBe(1)
  await bot.standin.refuse()
  await bot.pass(minute)
  await bot.standin.accept()
  expect(pings).toBe(2)
  await bot.pass(10 * minute)
  expect(pings).toBe(3)
  await server.close()
})

test('an outside service is pinged while all is well, and hears nothing else', async () => {
  let pings = 0
  const server = await listen(
    createServer((_, response) => {
      pings++
      response.writeHead(pings === 3 ? 500 : 200).end()
    }),
  )
  const config = calm.replace(
    'notify: {',
    `notify: { ping_out: { url: "http://127.0.0.1:${server.port}/u", every: 1m },`,
  )
  await using bot = await startTimedBot({ config })
  await bot.pass(minute)
  expect(pings).toBe(2)
  expect(await health(bot)).toMatchObject({ body: { pingOut: { problem: null } } })
  await bot.pass(minute)
  expect(await health(bot)).toMatchObject({
    status: 200,
    body: { pingOut: { problem: 'answered with HTTP 500' } },
  })
  const accept = refuseWrites()
  await bot.pass(minute)
  const before = pings
  await bot.pass(10 * minute)
  expect(pings).toBe(before)
  accept()
  await bot.pass(2 * minute)
  expect(pings).toBeGreaterThan(before)
  await bot.standin.refuse()
  await bot.pass(10 * minute)
  const silent = pings
  await bot.pass(10 * minute)
  expect(pings).toBe(silent)
  await bot.standin.accept()
  await bot.pass(5 * minute)
  expect(pings).toBeGreaterThan(silent)
  await server.close()
})
