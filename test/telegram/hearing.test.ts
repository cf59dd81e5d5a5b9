import { describe, expect, test } from 'vitest'
import { defineHandler } from '../../src/contract/handler.ts'
import { line } from '../../src/contract/message.ts'
import { eve, group, open, reads, silent } from './opened.ts'
import { asha, ben } from './support.ts'

describe('who is heard', () => {
  test('an operator gets an answer, without sound', async () => {
    await using opened = await open()
    opened.standin.say(asha.id, '/status')
    const answer = await opened.standin.waitFor(
      reads('All is well', 'cpu', 'memory', 'load', 'disk'),
    )
    expect(answer).toMatchObject({ chat: { id: asha.id }, disable_notification: true })
    expect(opened.port.audits).toEqual([{ who: 'Asha', what: '/status', result: 'done' }])
  })

  test('a stranger gets none, and neither does what an operator forwards or edits', async () => {
    await using opened = await open()
    const { standin, port } = opened
    standin.say(eve, '/status')
    const own = standin.say(ben.id, '/status', { forwarded: true })
    standin.say(ben.id, '/checks', { edited: own.message_id })
    standin.forge(eve, eve, 1, 'ack:1')
    await silent(opened, eve)
    expect(port.strangers).toEqual([
      { id: eve, what: 'command /status' },
      { id: ben.id, what: 'forwarded message' },
      { id: ben.id, what: 'edited message' },
      { id: eve, what: 'button' },
    ])
    expect(standin.calls.filter(({ method }) => method === 'answerCallbackQuery')).toEqual([])
    await silent(opened, ben.id)
  })

  test('a group that is not configured is left', async () => {
    await using opened = await open()
    opened.standin.say(asha.id, '/status', { chatId: group })
    await opened.standin.waitForCall(({ method }) => method === 'leaveChat')
    expect(opened.port.strangers[0]?.what).toContain(String(group))
  })

  test('the configured group is answered there; its commands for other bots are not', async () => {
    await using opened = await open([], group)
    const { standin } = opened
    standin.say(ben.id, '/checks@mechanic_bot', { chatId: group })
    await standin.waitFor((message) => message.chat.id === group && message.text.includes('checks'))
    standin.say(ben.id, '/checks@other_bot', { chatId: group })
    standin.say(ben.id, '/nonsense', { chatId: group })
    await silent(opened, group)
  })
})

test('lines are data: nothing a name contains becomes markup', async () => {
  const echo = defineHandler({
    kind: 'echo',
    commands: { echo: { role: 'viewer', about: 'x' } },
    onCommand: ({ args, reply }) =>
      reply({ blocks: [line('not-found', { name: args.join(' ') })] }),
  })
  await using opened = await open([echo])
  opened.standin.say(asha.id, '/echo <b>x</b> &amp;')
  const answer = await opened.standin.waitFor(reads('<b>x</b> &amp;'))
  expect(answer.entities).toEqual([])
})
