import { describe, expect, test } from 'vitest'
import { OperatorError } from '../../src/contract/error.ts'
import { defineHandler } from '../../src/contract/handler.ts'
import type { Handler } from '../../src/contract/handler.ts'
import { verbatim } from '../../src/contract/message.ts'
import { open, reads, unconfirmed } from './opened.ts'
import type { Opened } from './opened.ts'
import { asha, viv, settled, until } from './support.ts'

describe('presses', () => {
  const pressing = (onPress: NonNullable<Handler['onPress']>) =>
    defineHandler({
      kind: 'x',
      commands: {},
      presses: { poke: { role: 'operator' } },
      onCommand: () => undefined,
      onPress,
    })
  const poke = async (opened: Opened, user = asha.id, data = 'poke:1') => {
    opened.standin.say(user, '/checks')
    const message = await opened.standin.waitFor(({ chat }) => chat.id === user)
    return opened.standin.forge(user, user, message.message_id, data)
  }

  test.each([
    ['an unknown one', asha.id, 'gone:1', 'no longer of use'],
    ['one without the role', viv.id, 'poke:1', 'needs the role operator; yours is viewer'],
    ['one that fails', asha.id, 'poke:1', '❌ no such disk'],
    ['one of a question nobody knows', asha.id, 'yes:abc', 'I no longer know this question'],
  ])('%s is answered', async (_, user, data, text) => {
    await using opened = await open([
      pressing(() => Promise.reject(new OperatorError('no such disk'))),
    ])
    const answer = await opened.standin.waitForAnswer(await poke(opened, user, data))
    expect(answer.text).toContain(text)
  })

  test('one that says nothing is answered too', async () => {
    await using opened = await open([pressing(() => undefined)])
    expect((await opened.standin.waitForAnswer(await poke(opened))).text).toBe('')
  })

  test.each([
    ['is answered again, but not done again', false, 1],
    ['is done again where a crash cut it short', true, 2],
  ])('one that comes again %s', async (_, crashes, times) => {
    let done = 0
    await using opened = await open([pressing(() => void (done += 1))])
    const { standin, port } = opened
    standin.say(asha.id, '/checks')
    const { message_id } = await standin.waitFor(reads('checks'))
    const { markSeen } = port
    if (crashes)
      port.markSeen = () => {
        throw new Error('killed here')
      }
    const query = await unconfirmed(opened, () =>
      standin.forge(asha.id, asha.id, message_id, 'poke:1'),
    )
    port.markSeen = markSeen
    await opened.restart()
    const answers = (): number =>
      standin.calls.filter(
        ({ method, params }) =>
          method === 'answerCallbackQuery' && params['callback_query_id'] === query,
      ).length
    await until(() => answers() === 2 && standin.pendingUpdates === 0)
    expect(done).toBe(times)
  })

  test('one whose answer meets a bad moment is answered all the same', async () => {
    await using opened = await open([pressing(({ answer }) => answer(verbatim('done')))])
    opened.standin.fault({ kind: 'server-error', method: 'answerCallbackQuery' })
    const query = await poke(opened)
    await opened.standin.waitForCall(({ method }) => method === 'answerCallbackQuery')
    await settled()
    opened.clock.advance(5000)
    expect((await opened.standin.waitForAnswer(query)).text).toBe('done')
  })

  test('one that takes long is answered at once, and its words come as a message', async () => {
    let finish = (): void => undefined
    let begun = false
    await using opened = await open([
      pressing(
        ({ answer }) =>
          new Promise((resolve) => {
            begun = true
            finish = () => {
              answer({ id: 'verbatim', args: { text: 'after all' } })
              resolve()
            }
          }),
      ),
    ])
    const query = await poke(opened)
    await until(() => opened.port.audits.length === 1 && begun)
    await settled()
    opened.clock.advance(3000)
    expect((await opened.standin.waitForAnswer(query)).text).toBe('')
    finish()
    await opened.standin.waitFor(reads('after all'))
  })
})
