import { expect, test } from 'vitest'
import type { StoredMessage } from '../../src/standin/standin.ts'
import { people, startTimedBot, type TimedBot } from '../support/bot.ts'
import { type Page, startPage } from './support/page.ts'

const minute = 60_000
const hour = 60 * minute
const paths = Array.from({ length: 40 }, (_, number) => `/page-${number + 1}`)

const config = (checks: readonly string[]): string => `${people}timezone: Europe/Berlin
notify:
  quiet_hours: { from: "22:00", to: "07:00" }
  heartbeat: { schedule: "0 0 1 1 *", send: never }
checks:
${checks.map((check) => `  ${check}\n`).join('')}`

const gate = (page: Page): string =>
  `gate: { kind: http, url: "${page.url('/gate')}", every: 1m, failures: 1, critical: down }`
const last = (page: Page): string =>
  `last: { kind: http, url: "${page.url('/last')}", every: 5m, failures: 1, warning: down }`
const many = (page: Page): readonly string[] =>
  paths.map(
    (path) =>
      `${path.slice(1)}: { kind: http, url: "${page.url(path)}", every: 20m, failures: 1, warning: down }`,
  )

const until = (bot: TimedBot, time: string, step: number): Promise<void> =>
  bot.pass(Date.parse(time) - bot.clock.now(), step)

const buttonsOf = (message: StoredMessage | undefined): readonly string[] =>
  message?.reply_markup?.inline_keyboard?.flat().map(({ text }) => text) ?? []

test('40 warnings that come and go at night are one brief in the morning', async () => {
  await using page = await startPage()
  // 21:50 in Berlin.
  await using bot = await startTimedBot({
    config: config([...many(page), last(page)]),
    at: '2026-01-15T20:50:00Z',
  })
  const hellos = bot.said().length
  await until(bot, '2026-01-15T21:10:00Z', minute)
  for (const path of paths) page.broken.add(path)
  await until(bot, '2026-01-15T22:10:00Z', minute)
  page.broken.clear()
  await until(bot, '2026-01-15T23:10:00Z', minute)
  page.broken.add('/last')
  await until(bot, '2026-01-16T05:59:57Z', minute)
  expect(bot.said().slice(hellos)).toEqual([])
  await bot.pass(5_000)
  const [brief, ...others] = bot.said().slice(hellos)
  expect(others).toEqual([])
  expect(brief).toMatchObject({ disable_notification: true })
  expect(brief?.date).toBe(Date.parse('2026-01-16T06:00:00Z') / 1000)
  expect(brief?.text).toContain('☀️ Good morning. 1 still broken.')
  expect(brief?.text).toMatch(/Still broken\n.*last is down/)
  expect(brief?.text.match(/page-\d+/g)?.length).toBe(40)
  expect(buttonsOf(brief)).toContain('Acknowledge')
  page.broken.clear()
  await bot.pass(20 * minute, 10_000)
  expect(bot.said().slice(hellos)).toHaveLength(1)
  expect(bot.said().at(-1)?.text).toContain('Nothing is broken')
})

test('a critical one is told at night, at once and with sound', async () => {
  await using page = await startPage()
  await using bot = await startTimedBot({
    config: config([gate(page), last(page)]),
    at: '2026-01-16T02:00:00Z',
  })
  const hellos = bot.said().length
  page.broken.add('/gate')
  page.broken.add('/last')
  await bot.pass(minute + 2_000)
  const [message, ...others] = bot.said().slice(hellos)
  expect(others).toEqual([])
  expect(message).toMatchObject({ disable_notification: false })
  expect(message?.text).toContain('🔴 gate is down')
  expect(message?.text).not.toContain('last')
})

test.each([
  ['autumn', '2026-10-24T19:50:00Z', '2026-10-25T06:00:00Z'],
  ['spring', '2026-03-28T20:50:00Z', '2026-03-29T05:00:00Z'],
])('the night of the change in %s is one night', async (_, evening, morning) => {
  await using page = await startPage()
  await using bot = await startTimedBot({ config: config([last(page)]), at: evening })
  const hellos = bot.said().length
  await bot.pass(20 * minute, minute)
  page.broken.add('/last')
  await bot.pass(Date.parse(morning) - bot.clock.now() - 3_000, minute)
  expect(bot.said().slice(hellos)).toEqual([])
  await bot.pass(5_000)
  const [brief, ...others] = bot.said().slice(hellos)
  expect(others).toEqual([])
  expect(brief?.date).toBe(Date.parse(morning) / 1000)
  await bot.pass(3 * hour, minute)
  expect(bot.said().slice(hellos)).toHaveLength(1)
})
