import type { Update } from 'grammy/types'
import { describe, expect, test } from 'vitest'
import { BotFault } from '../../../src/cli/init/bot-api.ts'
import type { BotApi } from '../../../src/cli/init/bot-api.ts'
import { findOperator } from '../../../src/cli/init/operator.ts'
import { manualClock } from '../../support/manual.ts'
import { type Answer, asha, code, openWorld } from './world.ts'

const start = (id: number): Update => ({
  update_id: 7,
  message: {
    message_id: 1,
    date: 0,
    chat: { id, type: 'private', first_name: 'Asha' },
    from: { id, is_bot: false, first_name: 'Asha' },
    text: `/start ${code}`,
  },
})

/** A bot whose messages come from a list of answers; after those, Start is pressed. */
function fakeBot(answers: readonly BotFault[] = [], hook: string | null = null) {
  const left = [...answers]
  const did: string[] = []
  const api: BotApi = {
    me: async () => ({ name: 'M', username: 'm_bot' }),
    webhook: async () => hook,
    removeWebhook: async () => void did.push('webhook removed'),
    updates: async () => {
      const fault = left.shift()
      if (fault) throw fault
      return [start(asha)]
    },
    send: async (_, text) => void did.push(text),
  }
  return { did, bot: { token: '', me: { name: 'M', username: 'm_bot' }, api, fresh: true } }
}

const waiting: Answer = [/Waiting for Start/, null]

/** Looks for the operator while time passes. */
async function find(
  bot: ReturnType<typeof fakeBot>['bot'],
  answers: readonly Answer[] = [waiting],
  env: Readonly<Record<string, string>> = {},
) {
  const clock = manualClock(0)
  const world = await openWorld({ answers, env, more: { clock } })
  const found = findOperator(world.outside, bot, code)
  void found.catch(() => null)
  for (let seconds = 0; seconds < 30; seconds++) await clock.advance(1_000)
  return { found, text: world.terminal.text(), clock }
}

describe('waiting for Start', () => {
  test('says once that another program reads the messages, and goes on', async () => {
    const conflict = new BotFault('conflict', 'terminated by other getUpdates request')
    const { found, text } = await find(fakeBot([conflict, conflict]).bot)
    expect(await found).toEqual({ ids: [asha], greeted: 'Asha' })
    expect(text.split('Another program reads')).toHaveLength(2)
  })

  test('outlives a network that is gone for a moment', async () => {
    const { found, text } = await find(fakeBot([new BotFault('away', 'network: ETIMEDOUT')]).bot)
    expect(await found).toMatchObject({ ids: [asha] })
    expect(text).toContain('(network: ETIMEDOUT)')
  })

  test.each(['updates', 'send'] as const)(
    'keeps who pressed it when %s fails then',
    async (call) => {
      const { bot, did } = fakeBot()
      const fail = async () => {
        throw new BotFault('away', 'network: ECONNRESET')
      }
      const read = call === 'send' ? [[start(asha)], []] : [[start(asha)]]
      const updates = async () => read.shift() ?? fail()
      const api = { ...bot.api, updates, ...(call === 'send' && { send: fail }) }
      const { found } = await find({ ...bot, api })
      expect(await found).toEqual({ ids: [asha], greeted: 'Asha' })
      expect(did).toHaveLength(call === 'send' ? 0 : 1)
    },
  )

  test('ends after a quarter of an hour', async () => {
    const conflict = new BotFault('conflict', '')
    const { bot } = fakeBot(Array.from({ length: 500 }, () => conflict))
    const { found, clock } = await find(bot)
    await clock.advance(15 * 60_000)
    await expect(found).rejects.toThrow('Nobody pressed Start')
  })
})

test.each([
  ['n', [asha]],
  ['y', [6666, 7777]],
])('those who were known are kept if the person says so: %s', async (answer, ids) => {
  const env = { ALLOWED_USERS: '6666,7777' }
  const { found } = await find(fakeBot().bot, [[/Keep 6666, 7777/, answer], waiting], env)
  expect((await found).ids).toEqual(ids)
})

describe('a webhook', () => {
  test('is named by its host, and stays unless the person says so', async () => {
    const { bot, did } = fakeBot([], 'shop.example')
    const { found, text } = await find(bot, [[/Waiting for Start/, '42']])
    expect(await found).toEqual({ ids: [42] })
    expect(text).toContain('shop.example')
    expect(text).not.toContain('https://t.me/m_bot?start')
    expect(did).toEqual([])
  })

  test('is taken away when they do', async () => {
    const { bot, did } = fakeBot([], 'shop.example')
    const { found } = await find(bot, [[/Take it away/, 'y'], waiting])
    expect(await found).toMatchObject({ ids: [asha] })
    expect(did[0]).toBe('webhook removed')
  })
})
