import { expect, test } from 'vitest'
import type { StoredMessage } from '../../src/standin/standin.ts'
import { asha, ben, calm, eve, startTimedBot, type TimedBot, viv } from '../support/bot.ts'
import { fileService } from './support/service.ts'

const minute = 60_000
const group = -4001

const watched = () => {
  const web = fileService()
  const config = `${calm}services: { web: { manager: ${web.manager} } }`
  return { web, config }
}

/** The data of a button. */
const dataOf = (message: StoredMessage, label: string): string =>
  message.reply_markup?.inline_keyboard?.flat().find(({ text }) => text === label)?.callback_data ??
  ''

const callsTo = (bot: TimedBot, chat: number): readonly string[] =>
  bot.standin.calls.filter(({ params }) => params['chat_id'] === chat).map(({ method }) => method)

/** What is on record, oldest first, without the times and how often in a row. */
const record = async (bot: TimedBot): Promise<readonly string[]> => {
  const { text } = await bot.ask(asha, '/audit')
  const lines = text.split('\n').slice(1)
  return lines
    .map((line) => line.replace(/^.*?\d\d:\d\d /, '').replace(/ \(\d+×\)/, ''))
    .toReversed()
}

test('strangers get no answer whatever they do, and are on record', async () => {
  const { web, config } = watched()
  await using bot = await startTimedBot({
    config,
    before: (standin) =>
      standin.addGroup({ id: group, title: 'Elsewhere', members: [eve, asha], bot: 'left' }),
  })
  const question = await bot.ask(asha, '/restart web')
  const { standin } = bot
  standin.say(eve, '/restart web')
  standin.say(eve, '/start')
  standin.say(eve, 'let me in')
  standin.forge(eve, asha, question.message_id, dataOf(question, 'Restart web'))
  standin.forge(eve, eve, 1, 'restart:1')
  standin.say(asha, '/restart web', { forwarded: true })
  const { message_id: edited } = standin.say(asha, '/heartbeat')
  standin.say(asha, '/restart web', { edited })
  standin.invite(group, eve)
  await bot.pass(5_000)
  expect(callsTo(bot, eve)).toEqual([])
  expect(new Set(callsTo(bot, group))).toEqual(new Set(['leaveChat']))
  expect(standin.calls.filter(({ method }) => method === 'answerCallbackQuery')).toEqual([])
  expect(bot.said().filter(({ text }) => text.includes('Restart web?'))).toHaveLength(1)
  expect(web.starts()).toBe(0)
  const { text } = await bot.ask(asha, '/audit')
  expect(text).toContain(`stranger ${eve}: message in group ${group} (7×) → ignored`)
  expect(text).toContain(`stranger ${asha}: edited message (2×) → ignored`)
  expect(text.match(/stranger/g)).toHaveLength(2)
})

test('a viewer sees, but changes nothing', async () => {
  const { web, config } = watched()
  await using bot = await startTimedBot({ config })
  const question = await bot.ask(asha, '/restart web')
  expect((await bot.ask(viv, '/status')).text).toContain('web')
  for (const command of ['restart web', 'silence web 1h', 'ack web', 'logs web'])
    expect((await bot.ask(viv, `/${command}`)).text).toMatch(
      /needs the role operator; yours is viewer/,
    )
  expect((await bot.ask(viv, '/audit')).text).toMatch(/needs the role admin/)
  const foreign = bot.standin.forge(viv, asha, question.message_id, dataOf(question, 'Restart web'))
  await bot.rest()
  expect((await bot.standin.waitForAnswer(foreign)).text).toContain('belongs to Asha')
  await bot.pass(20_000)
  expect(web.starts()).toBe(0)
  expect(await record(bot)).toEqual(
    expect.arrayContaining([
      'Viv: /restart web → refused: needs operator',
      'Viv: /silence web 1h → refused: needs operator',
      'Viv: /ack web → refused: needs operator',
      'Viv: /logs web → refused: needs operator',
      'Viv: /audit → refused: needs admin',
      'Viv: button yes restart web → refused: confirm-foreign',
    ]),
  )
})

test('forged, replayed and expired presses do nothing, and each is answered', async () => {
  const { web, config } = watched()
  await using bot = await startTimedBot({ config })
  const { standin } = bot
  const answered = async (query: string): Promise<string> => {
    await bot.rest()
    return (await standin.waitForAnswer(query)).text
  }
  const expired = await bot.ask(asha, '/restart web')
  const old = dataOf(expired, 'Restart web')
  await bot.pass(2 * minute + 1_000)
  expect(await answered(standin.forge(asha, asha, expired.message_id, old))).toContain('Expired')
  for (const data of [
    'yes:AAAAAAAAAAAA',
    'yes:',
    'restart:999',
    'fix:1',
    'nonsense',
    '',
    'x'.repeat(64),
  ])
    expect(await answered(standin.forge(asha, asha, expired.message_id, data))).not.toBe('')
  expect(web.starts()).toBe(0)
  const question = await bot.ask(asha, '/restart web')
  const data = dataOf(question, 'Restart web')
  standin.press(asha, question, 'Restart web')
  await bot.pass(30_000)
  expect(web.starts()).toBe(1)
  for (const id of [question.message_id, 1, 999_999])
    expect(await answered(standin.forge(asha, asha, id, data))).toContain('already confirmed')
  expect(await answered(standin.forge(ben, ben, 5, data))).toContain('belongs to Asha')
  await bot.pass(30_000)
  expect(web.starts()).toBe(1)
  const seen = await record(bot)
  expect(seen.filter((line) => line === 'Asha: button yes restart web → confirmed')).toHaveLength(1)
  expect(seen).toContain('Asha: button yes restart web → refused: confirm-used')
  expect(seen).toContain('Ben: button yes restart web → refused: confirm-foreign')
  expect(seen).toContain('Asha: button nonsense → unknown button')
})

test('a command of yesterday changes nothing before it is confirmed', async () => {
  const { web, config } = watched()
  await using bot = await startTimedBot({ config })
  const { standin } = bot
  const date = Math.floor(bot.clock.now() / 1000) - 86_000
  await bot.standin.refuse()
  const hellos = bot.said().length
  await bot.pass(5_000)
  standin.say(asha, '/silence web 1h', { date })
  standin.say(asha, '/restart web', { date })
  await bot.standin.accept()
  await bot.pass(minute)
  const questions = bot.said().slice(hellos)
  expect(questions.map(({ text }) => text.split('\n')[0])).toEqual([
    '❓ Run /silence web 1h?',
    '❓ Restart web?',
  ])
  expect((await bot.ask(asha, '/unsilence')).text).toBe('Nothing is silenced.')
  await bot.pass(3 * minute)
  expect(web.starts()).toBe(0)
  expect((await bot.ask(asha, '/unsilence')).text).toBe('Nothing is silenced.')
  expect(await record(bot)).toContain('Asha: /silence web 1h → late: asked again')
})
