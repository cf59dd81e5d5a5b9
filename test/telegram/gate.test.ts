import type { Update } from 'grammy/types'
import { describe, expect, test } from 'vitest'
import { admit } from '../../src/telegram/gate.ts'
import { asha, ben } from './support.ts'

const home = -1001
const rules = { operators: [asha, ben], chat: { id: home } }
const from = { id: asha.id, is_bot: false, first_name: 'Asha' }
const eve = { id: 666, is_bot: false, first_name: 'Eve' }
const privately = { id: asha.id, type: 'private', first_name: 'Asha' }
const ops = { id: home, type: 'supergroup', title: 'Ops' }
const other = { id: -2002, type: 'group', title: 'Other' }

/** Updates are written as Telegram sends them: as JSON. */
const update = (fields: object): Update => ({ update_id: 1, ...fields })
const message = (fields: object, kind = 'message'): Update =>
  update({
    [kind]: { message_id: 5, date: 100, chat: privately, from, text: '/status', ...fields },
  })

describe('operators', () => {
  test('are heard in private and in the configured chat, in its topics too', () => {
    expect(admit(message({}), rules)).toEqual({
      is: 'said',
      operator: asha,
      chat: { id: asha.id },
      private: true,
      text: '/status',
      date: 100_000,
    })
    const inTopic = { chat: ops, is_topic_message: true, message_thread_id: 7 }
    expect(admit(message(inTopic), rules)).toMatchObject({
      is: 'said',
      chat: { id: home, topic: 7 },
      private: false,
    })
  })

  test('the thread of a plain reply is no topic', () => {
    const reply = { chat: ops, message_thread_id: 7 }
    expect(admit(message(reply), rules)).toMatchObject({ chat: { id: home } })
  })

  test('what is no text is nothing', () => {
    expect(admit(message({ text: undefined, photo: [] }), rules)).toEqual({ is: 'nothing' })
  })
})

describe('count as strangers', () => {
  const knock = (what: string, id = asha.id) => ({ is: 'stranger', id, what })
  test.each([
    [
      'somebody else',
      message({ from: eve, chat: { ...privately, id: 666 } }),
      knock('command /status', 666),
    ],
    [
      'talk',
      message({ from: eve, chat: { ...privately, id: 666 }, text: 'hi' }),
      knock('message', 666),
    ],
    ['forwarded', message({ forward_origin: { type: 'hidden_user' } }), knock('forwarded message')],
    ['through a bot', message({ via_bot: { id: 1 } }), knock('message through another bot')],
    ['edited', message({}, 'edited_message'), knock('edited message')],
    [
      'an anonymous administrator',
      message({ chat: ops, sender_chat: ops, from: { ...from, id: 1087968824 } }),
      knock('message of a chat or an anonymous administrator', home),
    ],
    [
      'a press',
      update({ callback_query: { id: 'q', from: eve, data: 'ack:1' } }),
      knock('button', 666),
    ],
    ['an outsider in the group', message({ chat: ops, from: eve }), knock('command /status', 666)],
  ])('%s', (_, given, expected) => expect(admit(given, rules)).toEqual(expected))

  test('people who talk to each other in the configured group do not knock', () => {
    for (const kind of ['message', 'edited_message']) {
      expect(admit(message({ chat: ops, from: eve, text: 'hi' }, kind), rules)).toEqual({
        is: 'nothing',
      })
    }
  })
})

describe('other groups are left', () => {
  test.each([
    ['also when an operator speaks there', message({ chat: other })],
    ['on any message', message({ chat: other, from: eve, text: 'hi' })],
    ['channels too', message({ chat: other, from: undefined }, 'channel_post')],
    [
      'at once when the bot is added',
      update({ my_chat_member: { chat: other, from, new_chat_member: { status: 'member' } } }),
    ],
  ])('%s', (_, given) => {
    expect(admit(given, rules)).toMatchObject({ is: 'stranger', leave: other.id })
  })

  test('but not when it has just been thrown out', () => {
    const change = { chat: other, from, new_chat_member: { status: 'kicked' } }
    expect(admit(update({ my_chat_member: change }), rules)).toEqual({ is: 'nothing' })
  })
})

test('a press, with its message and topic', () => {
  const query = {
    id: 'q',
    from,
    data: 'ack:1',
    message: { message_id: 9, chat: ops, date: 5, from },
  }
  expect(admit(update({ callback_query: query }), rules)).toEqual({
    is: 'pressed',
    operator: asha,
    chat: { id: home },
    messageId: 9,
    query: 'q',
    data: 'ack:1',
  })
})

test('a press under a message that Telegram no longer shows', () => {
  const query = { id: 'q', from, data: 'ack:1', message: { message_id: 9, chat: ops, date: 0 } }
  expect(admit(update({ callback_query: query }), rules)).toMatchObject({ chat: { id: home } })
  expect(admit(update({ callback_query: { id: 'q', from } }), rules)).toMatchObject({
    chat: { id: asha.id },
    messageId: undefined,
    data: '',
  })
})

test('the configured group moved, from either side', () => {
  const moved = { is: 'moved', from: home, to: -3003 }
  expect(admit(message({ chat: ops, migrate_to_chat_id: -3003 }), rules)).toEqual(moved)
  const there = { ...ops, id: -3003 }
  expect(admit(message({ chat: there, migrate_from_chat_id: home }), rules)).toEqual(moved)
})

test.each([
  ['member', true],
  ['kicked', false],
])('somebody who is now %s', (status, here) => {
  const change = { chat: privately, from, new_chat_member: { status } }
  expect(admit(update({ my_chat_member: change }), rules)).toEqual({
    is: 'presence',
    user: asha.id,
    here,
  })
})

test('anything else is nothing', () => {
  expect(admit(update({ poll: {} }), rules)).toEqual({ is: 'nothing' })
})
