import { expect, test } from 'vitest'
import { boot } from '../../src/boot.ts'
import { asha, ben, calm, environmentOf, people, startTimedBot } from '../support/bot.ts'
import { startPage } from './support/page.ts'

const minute = 60_000
const carl = 1004
const group = -4001

const checks = (url: string): string =>
  `checks: { site: { kind: http, url: "${url}", every: 30s, failures: 1, warning: down } }\n`

test('the first message names operators who never pressed Start', async () => {
  const config = calm.replace(
    'operators:',
    `operators:\n  - { id: ${carl}, name: Carl, role: operator }`,
  )
  await using bot = await startTimedBot({
    config: `${config}\n`.replace('notify: {', `notify: { chat: ${asha},`),
    before: (standin) => standin.addUser({ id: carl, name: 'Carl', started: false }),
  })
  await bot.pass(5_000)
  expect(bot.said()).toHaveLength(1)
  expect(bot.said()[0]?.text).toContain('Cannot be reached until they press Start: Carl')
  expect((await bot.ask(asha, '/settings')).text).toMatch(/Carl · operator · 1004: I cannot reach/)
  bot.standin.say(carl, '/start')
  await bot.pass(5_000)
  expect((await bot.ask(asha, '/settings')).text).not.toContain('cannot reach')
})

test('when the one who is told has blocked the bot, another operator is told', async () => {
  await using page = await startPage()
  await using bot = await startTimedBot({ config: calm + checks(page.url()) })
  bot.standin.block(asha)
  page.broken.add('/')
  await bot.pass(2 * minute)
  expect(bot.said(ben).map(({ text }) => text.split('\n')[0])).toEqual(['🟠 site is down'])
  page.broken.clear()
  await bot.pass(2 * minute)
  expect(bot.said(ben)).toHaveLength(1)
  expect(bot.said(ben)[0]?.text).toContain('✅ site is fine again')
  bot.standin.unblock(asha)
  page.broken.add('/')
  await bot.pass(2 * minute)
  expect(bot.said(ben)).toHaveLength(1)
  expect(bot.said().at(-1)?.text).toContain('🟠 site is down')
})

test('a group that becomes a supergroup is followed, before and after a restart', async () => {
  await using page = await startPage()
  await using bot = await startTimedBot({
    config: calm.replace('notify: {', `notify: { chat: ${group},`) + checks(page.url()),
    before: (standin) => standin.addGroup({ id: group, title: 'Ops', members: [asha, ben] }),
  })
  expect(bot.said(group)).toHaveLength(1)
  const to = bot.standin.migrate(group)
  page.broken.add('/')
  await bot.pass(2 * minute)
  expect(bot.said(to).map(({ text }) => text.split('\n')[0])).toEqual(['🟠 site is down'])
  bot.standin.say(asha, '/incidents@mechanic_bot', { chatId: to })
  await bot.pass(20_000)
  expect(bot.said(to).at(-1)?.text).toContain('1 open incident')
  await bot.stop()
  await bot.start()
  page.broken.clear()
  await bot.pass(2 * minute)
  expect(bot.said(to)[0]?.text).toContain('✅ site is fine again')
  page.broken.add('/')
  await bot.pass(2 * minute)
  expect(bot.said(to).at(-1)?.text).toContain('🟠 site is down')
})

test('a group that became a supergroup while the bot was away is followed too', async () => {
  await using page = await startPage()
  await using bot = await startTimedBot({
    config: calm.replace('notify: {', `notify: { chat: ${group},`) + checks(page.url()),
    before: (standin) => standin.addGroup({ id: group, title: 'Ops', members: [asha, ben] }),
  })
  await bot.stop()
  const to = bot.standin.migrate(group)
  page.broken.add('/')
  await bot.start()
  await bot.pass(2 * minute)
  expect(bot.said(to).map(({ text }) => text.split('\n')[0])).toContain('🟠 site is down')
})

test('a second bot on the same state directory refuses to start, and the first goes on', async () => {
  await using bot = await startTimedBot({ config: calm })
  const env = environmentOf(bot.home, bot.standin)
  await expect(boot(env, { clock: bot.clock, echo: false })).rejects.toThrow(
    /in use by another Mechanic/,
  )
  expect((await bot.ask(asha, '/status')).text).toContain('All is well')
})

test('nobody allowed is no bot', async () => {
  await using bot = await startTimedBot({ config: calm })
  await bot.stop()
  bot.write(calm.replace(people, 'defaults: off\n'))
  await expect(bot.start()).rejects.toThrow('nobody is allowed to use the bot')
})
