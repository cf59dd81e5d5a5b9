import { expect, test } from 'vitest'
import { asha, calm, startTimedBot, type TimedBot } from '../support/bot.ts'
import { fileService } from './support/service.ts'

const health = async (bot: TimedBot): Promise<unknown> => {
  const response = await fetch(`http://127.0.0.1:${bot.running.http?.port}/health`)
  return { code: response.status, ...((await response.json()) as object) }
}

/** Another program on the same token, asking for updates as long polls do. */
const poll = (bot: TimedBot): Promise<Response> =>
  fetch(`${bot.standin.root}/bot${bot.standin.token}/getUpdates?timeout=0`)

test('while another program uses the token nothing is fixed, and it goes on afterwards', async () => {
  const web = fileService()
  await using bot = await startTimedBot({
    config: `${calm}services: { web: { manager: ${web.manager}, restart: auto } }`,
  })
  expect(await health(bot)).toMatchObject({ code: 200, telegram: 'online', holdsBack: false })
  const before = bot.said().length
  await poll(bot)
  await bot.rest()
  expect(await health(bot)).toMatchObject({ code: 200, telegram: 'conflict', holdsBack: true })
  web.down()
  for (let times = 0; times < 12; times++) {
    await bot.pass(10_000)
    await poll(bot)
  }
  expect(web.starts()).toBe(0)
  expect(await health(bot)).toMatchObject({ telegram: 'conflict', holdsBack: true })
  const told = bot.said().slice(before)
  expect(told).toHaveLength(1)
  expect(told[0]?.text).toMatch(/^🟠 web is down/)
  await bot.pass(120_000)
  expect(await health(bot)).toMatchObject({ telegram: 'online', holdsBack: false })
  expect(web.starts()).toBe(1)
  expect(bot.said().at(before)?.text).toMatch(/^✅ web fixed by restart/)
  expect((await bot.ask(asha, '/status')).text).toContain('All is well')
})

test('an operator is told that nothing is fixed', async () => {
  await using bot = await startTimedBot({ config: calm })
  await poll(bot)
  await bot.pass(15_000)
  expect(await health(bot)).toMatchObject({ holdsBack: true })
  expect((await bot.ask(asha, '/status')).text).toMatch(/another|second/i)
})
