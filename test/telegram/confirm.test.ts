import { describe, expect, test } from 'vitest'
import { OperatorError } from '../../src/contract/error.ts'
import type { Outcome } from '../../src/contract/house.ts'
import { verbatim } from '../../src/contract/message.ts'
import type { StoredMessage } from '../../src/standin/standin.ts'
import { open, reads, later } from './opened.ts'
import type { Opened } from './opened.ts'
import { asha, ben, settled, until } from './support.ts'

describe('confirmations', () => {
  const asked = async (opened: Opened, user = asha.id): Promise<StoredMessage> => {
    const { message_id: before } = opened.standin.say(user, '/restart web')
    return opened.standin.waitFor(
      (message) =>
        message.chat.id === user &&
        message.message_id > before &&
        reads('pm2 restart web', 'Good for 2 minutes')(message),
    )
  }

  test('show what will happen, then do it once, in place', async () => {
    await using opened = await open()
    const { standin, house } = opened
    const question = await asked(opened)
    expect(
      question.reply_markup?.inline_keyboard?.flat().map(({ text, style }) => [text, style]),
    ).toEqual([
      ['Restart · web', 'danger'],
      ['Cancel', undefined],
    ])
    expect(house.performed).toEqual([])
    const first = standin.press(asha.id, question, 'Restart · web')
    const second = standin.press(asha.id, question, 'Restart · web')
    expect((await standin.waitForAnswer(first)).text).toBe('On it')
    expect((await standin.waitForAnswer(second)).text).toContain('already confirmed')
    const outcome = await standin.waitFor(reads('✅ Restarted web'))
    expect(outcome.message_id).toBe(question.message_id)
    expect(outcome.versions.map(({ text }) => text)).toContainEqual('⏳ Restarting web…')
    expect(outcome.reply_markup?.inline_keyboard ?? []).toEqual([])
    expect(house.performed).toMatchObject([
      { action: { do: 'restart', service: 'web' }, by: 'Asha' },
    ])
    expect(opened.port.audits.map(({ result }) => result)).toEqual([
      'done',
      'confirmed',
      'refused: confirm-used',
    ])
  })

  test('belong to who asked', async () => {
    await using opened = await open()
    const question = await asked(opened)
    const foreign = opened.standin.forge(ben.id, asha.id, question.message_id, pressOf(question))
    expect((await opened.standin.waitForAnswer(foreign)).text).toContain('belongs to Asha')
    expect(opened.house.performed).toEqual([])
    opened.standin.press(asha.id, question, 'Restart · web')
    await opened.standin.waitFor(reads('✅ Restarted web'))
  })

  test('two people asking at once have one each', async () => {
    await using opened = await open()
    const [mine, theirs] = [await asked(opened), await asked(opened, ben.id)]
    opened.standin.press(ben.id, theirs, 'Restart · web')
    await opened.standin.waitFor((message) => message.chat.id === ben.id && reads('✅')(message))
    opened.standin.press(asha.id, mine, 'Cancel')
    await opened.standin.waitFor(reads('Cancelled: Restart · web. Nothing was done.'))
    expect(opened.house.performed.map(({ by }) => by)).toEqual(['Ben'])
  })

  test('expire by their age when the press arrives', async () => {
    await using opened = await open()
    const question = await asked(opened)
    await later(opened, 120_001)
    const late = opened.standin.press(asha.id, question, 'Restart · web')
    expect((await opened.standin.waitForAnswer(late)).text).toContain('Expired')
    await opened.standin.waitFor(reads('⌛ Expired: Restart · web'))
    expect(opened.house.performed).toEqual([])
    expect(opened.port.talks.size).toBe(0)
  })

  test('that nobody answers are closed by the sweep', async () => {
    await using opened = await open()
    await asked(opened)
    await settled()
    opened.telegram.sweep(opened.clock.now() + 119_999)
    expect([...opened.port.rows.values()][0]?.state).toBe('waiting')
    opened.telegram.sweep(opened.clock.now() + 120_000)
    await opened.standin.waitFor(reads('⌛ Expired'))
    expect(opened.port.talks.size).toBe(0)
  })

  test('survive a restart of the bot, and still work once', async () => {
    await using opened = await open()
    const question = await asked(opened)
    await opened.restart()
    opened.standin.press(asha.id, question, 'Restart · web')
    await opened.standin.waitFor(reads('✅ Restarted web'))
    await opened.restart()
    const again = opened.standin.forge(asha.id, asha.id, question.message_id, pressOf(question))
    expect((await opened.standin.waitForAnswer(again)).text).toContain('already confirmed')
    expect(opened.house.performed.length).toBe(1)
  })

  test('whose talk an earlier version held are closed, not guessed', async () => {
    await using opened = await open()
    const question = await asked(opened)
    for (const key of opened.port.talks.keys()) {
      opened.port.talks.set(key, '{"version":[0,0],"state":{}}')
    }
    const press = opened.standin.press(asha.id, question, 'Restart · web')
    expect((await opened.standin.waitForAnswer(press)).text).toContain('Expired')
    expect(opened.house.performed).toEqual([])
  })

  test('that fail say so, also when the fault is ours', async () => {
    await using opened = await open()
    opened.house.state.outcome = () =>
      Promise.reject(new OperatorError('PM2 does not answer', 'Start it'))
    opened.standin.press(asha.id, await asked(opened), 'Restart · web')
    await opened.standin.waitFor(reads('❌ Restart · web: PM2 does not answer', 'Start it'))
    opened.house.state.outcome = () => {
      throw new TypeError('bug')
    }
    opened.standin.press(asha.id, await asked(opened), 'Restart · web')
    await opened.standin.waitFor(reads('❌ Restart · web failed: a fault of mine'))
  })

  test('are done when their outcome was told, not before', async () => {
    await using opened = await open()
    const { house, port } = opened
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    house.state.outcome = () => promise
    const question = await asked(opened)
    opened.standin.press(asha.id, question, 'Restart · web')
    await opened.standin.waitFor(reads('⏳ Restarting web…'))
    const state = () => [...port.rows.values()].map((row) => row.state)
    expect(state()).toEqual(['claimed'])
    resolve({ ok: true, message: { blocks: [{ line: verbatim('✅ Restarted web') }] } })
    await until(() => state()[0] === 'done')
    expect(opened.standin.messages(asha.id).at(-1)?.text).toBe('✅ Restarted web')
  })

  test('that a stop cuts short stay open, so that their outcome is told later', async () => {
    await using opened = await open()
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    opened.house.state.outcome = () => promise
    opened.standin.press(asha.id, await asked(opened), 'Restart · web')
    await opened.standin.waitFor(reads('⏳ Restarting web…'))
    const stopped = opened.telegram.stop(10_000)
    resolve({ ok: false, message: { blocks: [{ line: verbatim('❌ interrupted') }] } })
    await stopped
    expect(opened.standin.messages(asha.id).at(-1)?.text).toBe('❌ interrupted')
    expect([...opened.port.rows.values()].map(({ state }) => state)).toEqual(['claimed'])
  })

  test('whose steps have no room come with all of them as a file', async () => {
    await using opened = await open()
    const { house, standin } = opened
    const prepare = house.prepare
    const steps = Array.from({ length: 500 }, (_, i) => `rm /var/tmp/build-${i}`)
    house.prepare = async (action) => ({ ...(await prepare(action)), steps })
    standin.say(asha.id, '/restart web')
    await standin.waitFor(reads('Good for 2 minutes', '… ', 'build-499'))
    const [file] = standin.messages(asha.id).flatMap(({ document }) => document ?? [])
    expect(Buffer.from(file?.bytes ?? []).toString()).toBe(steps.join('\n'))
  })

  test('that take longer to prepare say that it goes on', async () => {
    await using opened = await open()
    const { house, standin } = opened
    const { prepare } = house
    const begun = Promise.withResolvers<void>()
    const found = Promise.withResolvers<void>()
    house.prepare = async (action) => {
      begun.resolve()
      await found.promise
      return prepare(action)
    }
    standin.say(asha.id, '/restart web')
    await begun.promise
    expect(standin.messages(asha.id).filter(({ byBot }) => byBot)).toEqual([])
    await later(opened, 1_500)
    await standin.waitFor(reads('Looking what would be done'))
    found.resolve()
    await standin.waitFor(reads('Good for 2 minutes'))
    await later(opened, 10_000)
    expect(standin.messages(asha.id).filter(({ byBot }) => byBot)).toHaveLength(2)
  })

  test("are withdrawn by /cancel, one's own only", async () => {
    await using opened = await open()
    await asked(opened)
    await asked(opened, ben.id)
    opened.standin.say(asha.id, '/cancel')
    await opened.standin.waitFor(reads('✅ Cancelled 1 question'))
    expect([...opened.port.rows.values()].map(({ state }) => state)).toEqual([
      'cancelled',
      'waiting',
    ])
  })

  function pressOf(question: StoredMessage): string {
    return question.reply_markup?.inline_keyboard?.[0]?.[0]?.callback_data ?? ''
  }
})
