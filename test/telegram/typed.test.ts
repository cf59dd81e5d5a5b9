import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { verbatim } from '../../src/contract/message.ts'
import type { StoredMessage } from '../../src/standin/standin.ts'
import { patience, tries } from '../support/runs.ts'
import { group, later, open, type Opened, reads, silent, unconfirmed } from './opened.ts'
import { asha, ben, settled, until } from './support.ts'

const phrase = 'restore app-db'

/** Every restart has to be confirmed by typing. */
async function openTyped(chat?: number): Promise<Opened> {
  const opened = await open([], chat)
  const { house } = opened
  const { prepare } = house
  house.prepare = async (action) => ({
    ...(await prepare(action)),
    typed: { phrase, loses: [verbatim('37 min of writes')] },
  })
  return opened
}

async function asked(
  { standin }: Opened,
  user = asha.id,
  chatId: number = user,
): Promise<StoredMessage> {
  const { message_id: mine } = standin.say(user, '/restart web', { chatId })
  return standin.waitFor(
    (message) =>
      message.chat.id === chatId &&
      message.message_id > mine &&
      reads('Good for 2 minutes')(message),
  )
}

/** Pressed: the question has become one for words. */
async function pressed(opened: Opened, user = asha.id, chatId: number = user) {
  const question = await asked(opened, user, chatId)
  const press = opened.standin.press(user, question, 'Restart · web')
  expect((await opened.standin.waitForAnswer(press)).text).toBe(`Now type: ${phrase}`)
  return opened.standin.waitFor(
    (message) =>
      message.message_id === question.message_id && reads('sure?', '37 min of writes')(message),
  )
}

const stateOf = ({ port }: Opened) => [...port.rows.values()].map(({ state }) => state)

describe('a confirmation that takes typed words', () => {
  test('does nothing at the press, and is done once the words were typed', async () => {
    await using opened = await openTyped()
    const { standin, house } = opened
    const question = await pressed(opened)
    expect(house.performed).toEqual([])
    expect(question.text).toContain(`type ${phrase} within 2 minutes`)
    standin.say(asha.id, ' Restore  app-db ')
    const outcome = await standin.waitFor(reads('✅ Restarted web'))
    expect(outcome.message_id).toBe(question.message_id)
    await later(opened, 4_000)
    standin.say(asha.id, phrase)
    await standin.waitFor(reads('I only understand commands'))
    expect(house.performed).toHaveLength(1)
    expect(opened.port.talks.size).toBe(0)
    expect(opened.port.audits.map(({ what, result }) => [what, result])).toEqual([
      ['/restart web', 'done'],
      ['button yes restart web', 'asked to type'],
      ['typed  Restore  app-db ', 'confirmed'],
    ])
  })

  test('says to other words what it expects, and goes on waiting', async () => {
    await using opened = await openTyped()
    const { standin, house } = opened
    await pressed(opened)
    standin.say(asha.id, 'yes')
    await standin.waitFor(reads('Not what I asked for', phrase))
    standin.say(asha.id, 'restore')
    await settled()
    expect(house.performed).toEqual([])
    await later(opened, 2_000)
    standin.say(asha.id, phrase)
    await standin.waitFor(reads('✅ Restarted web'))
  })

  test.each([
    [
      'the button',
      async ({ standin }: Opened, question: StoredMessage) =>
        void standin.press(asha.id, question, 'Cancel'),
    ],
    ['/cancel', async ({ standin }: Opened) => void standin.say(asha.id, '/cancel')],
  ])('is cancelled by %s', async (_, cancel) => {
    await using opened = await openTyped()
    const question = await pressed(opened)
    await cancel(opened, question)
    await opened.standin.waitFor(reads('Cancelled: Restart · web. Nothing was done.'))
    opened.standin.say(asha.id, phrase)
    await opened.standin.waitFor(reads('I only understand commands'))
    expect(opened.house.performed).toEqual([])
    expect(opened.port.talks.size).toBe(0)
  })

  test('has two minutes from the press on', async () => {
    await using opened = await openTyped()
    const question = await asked(opened)
    await later(opened, 110_000)
    opened.standin.press(asha.id, question, 'Restart · web')
    await opened.standin.waitFor(reads('sure?'))
    await later(opened, 110_000)
    opened.telegram.sweep(opened.clock.now())
    expect(stateOf(opened)).toEqual(['typing'])
    await later(opened, 10_001)
    opened.standin.say(asha.id, phrase)
    await opened.standin.waitFor(reads('⌛ Expired: Restart · web'))
    expect(opened.house.performed).toEqual([])
  })

  test('that nobody types for is closed by the sweep', async () => {
    await using opened = await openTyped()
    await pressed(opened)
    opened.telegram.sweep(opened.clock.now() + 120_000)
    await opened.standin.waitFor(reads('⌛ Expired: Restart · web'))
    expect(opened.port.talks.size).toBe(0)
  })

  test('survives a restart of the bot', async () => {
    await using opened = await openTyped()
    await pressed(opened)
    await opened.restart()
    opened.standin.say(asha.id, phrase)
    await opened.standin.waitFor(reads('✅ Restarted web'))
    expect(opened.house.performed).toHaveLength(1)
  })

  test('words that Telegram delivers twice count once', async () => {
    await using opened = await openTyped()
    await pressed(opened)
    await unconfirmed(opened, () => opened.standin.say(asha.id, phrase))
    await opened.restart()
    await until(() => opened.standin.pendingUpdates === 0)
    expect(opened.house.performed).toHaveLength(1)
  })

  test('hears its asker alone, in its own chat alone', async () => {
    await using opened = await openTyped(group)
    const { standin, house } = opened
    const { message_id: replyTo } = await pressed(opened, ben.id, group)
    standin.say(asha.id, phrase, { chatId: group, replyTo })
    standin.say(ben.id, phrase)
    await standin.waitFor((message) => message.chat.id === ben.id && message.byBot)
    await silent(opened, group)
    expect(house.performed).toEqual([])
    standin.say(ben.id, phrase, { forwarded: true, chatId: group, replyTo })
    await settled()
    expect(house.performed).toEqual([])
    standin.say(ben.id, phrase, { chatId: group, replyTo })
    await until(() => house.performed.length === 1)
    expect(house.performed).toMatchObject([{ by: 'Ben' }])
  })

  test('takes a second press for nothing but a reminder', async () => {
    await using opened = await openTyped()
    const question = await pressed(opened)
    const data = `yes:${[...opened.port.rows.keys()][0]}`
    const again = opened.standin.forge(asha.id, asha.id, question.message_id, data)
    expect((await opened.standin.waitForAnswer(again)).text).toContain(phrase)
    expect(opened.house.performed).toEqual([])
    opened.standin.say(asha.id, phrase)
    await opened.standin.waitFor(reads('✅ Restarted web'))
  })
})

type Act = 'press' | 'right' | 'wrong' | 'foreign' | 'cancel' | 'crash' | 'wait' | 'long'

test(
  'however words come: done at most once, and only after press, then words, in time',
  async () => {
    const act = fc.constantFrom<Act>(
      'press',
      'press',
      'right',
      'right',
      'wrong',
      'foreign',
      'cancel',
      'crash',
      'wait',
      'long',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 2, maxLength: 10 }), async (acts) => {
        await using opened = await openTyped()
        const { standin, clock, house } = opened
        const question = await asked(opened)
        let since = clock.now()
        let stage: 'asked' | 'typing' | 'over' = 'asked'
        let wanted = 0
        const alive = (): boolean => clock.now() - since <= 120_000
        const data = `yes:${[...opened.port.rows.keys()][0]}`
        for (const one of acts) {
          await later(opened, 4_000)
          if (one === 'wait') await later(opened, 60_000)
          if (one === 'long') await later(opened, 121_000)
          if (one === 'crash') await opened.restart()
          if (one === 'cancel') {
            standin.say(asha.id, '/cancel')
            stage = 'over'
          }
          if (one === 'foreign') standin.say(ben.id, phrase)
          if (one === 'wrong') standin.say(asha.id, 'hm')
          if (one === 'right') standin.say(asha.id, phrase)
          if (one === 'press') {
            const press = standin.forge(asha.id, asha.id, question.message_id, data)
            await standin.waitForAnswer(press)
          }
          await until(() => standin.pendingUpdates === 0)
          await settled()
          if (one === 'right' && stage === 'typing') {
            if (alive()) wanted += 1
            stage = 'over'
          }
          if (one === 'press' && stage === 'asked') {
            if (alive()) since = clock.now()
            stage = alive() ? 'typing' : 'over'
          } else if (!alive() && (one === 'press' || one === 'wrong')) {
            if (stage === 'typing') stage = 'over'
          }
        }
        await settled()
        expect(house.performed).toHaveLength(wanted)
      }),
      tries(8),
    )
  },
  patience,
)
