import { expect, test } from 'vitest'
import { asha, ben, calm, people, startTimedBot } from '../support/bot.ts'
import { startPage } from './support/page.ts'

const minute = 60_000

test('a wrong config is told with all its faults, and the one before stays in force', async () => {
  await using page = await startPage()
  const site = `checks: { site: { kind: http, url: "${page.url()}", every: 30s, failures: 1, warning: down } }`
  await using bot = await startTimedBot({ config: calm + site })
  const before = bot.said().length
  bot.write(`${calm}chekcs: {}\nchecks: { site: { kind: htpt } }\n`)
  await bot.running.reload()
  await bot.pass(5_000)
  const [told, ...others] = bot.said().slice(before)
  expect(others).toEqual([])
  expect(told).toMatchObject({ disable_notification: true })
  expect(told?.text).toContain('❌ The config was not reloaded; the one before stays in force.')
  expect(told?.text).toMatch(/mechanic\.yaml:9:1: chekcs: unknown key/)
  expect(told?.text).toMatch(/mechanic\.yaml:10:25: checks\.site\.kind: unknown kind/)
  expect((await bot.ask(asha, '/settings')).text).toContain('was changed but not taken over')
  page.broken.add('/')
  await bot.pass(minute)
  expect(bot.said().at(-1)?.text).toContain('🟠 site is down')
  bot.write(calm)
  await bot.running.reload()
  await bot.pass(5_000)
  expect(bot.said().at(-1)?.text).toContain('➖ site is no longer watched')
  expect((await bot.ask(asha, '/settings')).text).not.toContain('not taken over')
})

test('what is going on is kept, and new checks, operators and hours count at once', async () => {
  await using page = await startPage()
  const site = `site: { kind: http, url: "${page.url('/site')}", every: 30s, failures: 1, warning: down }`
  const shop = `shop: { kind: http, url: "${page.url('/shop')}", every: 30s, failures: 1, warning: down }`
  await using bot = await startTimedBot({ config: `${calm}checks:\n  ${site}\n` })
  page.broken.add('/site')
  page.broken.add('/shop')
  await bot.pass(minute)
  const before = bot.said().length
  const quiet = 'notify: { quiet_hours: { from: "11:00", to: "13:00" } }'
  const others = people.replace(`{ id: ${ben}, name: Ben, role: operator }`, '')
  bot.write(
    `${others.replace(/^ *-\s*\n/m, '')}timezone: UTC\n${quiet}\nchecks:\n  ${site}\n  ${shop}\n`,
  )
  await bot.running.reload()
  await bot.pass(2 * minute)
  expect(bot.said().slice(before)).toEqual([])
  expect((await bot.ask(asha, '/incidents')).text).toContain('2 open incidents')
  bot.standin.say(ben, '/status')
  await bot.pass(5_000)
  expect(bot.said(ben)).toEqual([])
})
