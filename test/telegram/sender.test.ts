import { Api } from 'grammy'
import { describe, expect, test } from 'vitest'
import { line, verbatim } from '../../src/contract/message.ts'
import type { Message } from '../../src/contract/message.ts'
import type { Delivery, Verdict } from '../../src/contract/sender.ts'
import { createPace } from '../../src/telegram/limits.ts'
import { createSender } from '../../src/telegram/sender.ts'
import type { Words } from '../../src/telegram/words.ts'
import { asha, forum, group, open, stranger } from '../standin/support.ts'
import type { Opened } from '../standin/support.ts'
import { english, memoryLog } from './support.ts'

const never = new AbortController().signal
const hello: Message = { blocks: [line('value-yes')] }

function senderOf({ api, clock }: Opened, words: Words = english()) {
  const log = memoryLog()
  const verdicts: Verdict[] = []
  const onVerdict = (_chat: number, verdict: Verdict): void => void verdicts.push(verdict)
  const sender = createSender({ api, words, pace: createPace(clock), clock, log, onVerdict })
  return { sender, log, verdicts }
}

const toSend = (message: Message, more: Partial<Delivery> = {}): Delivery =>
  ({ op: 'send', chat: { id: asha }, message, sound: false, late: false, ...more }) as Delivery

const toEdit = (messageId: number, message: Message): Delivery => ({
  op: 'edit',
  chat: { id: asha },
  messageId,
  message,
  late: false,
})

describe('sending', () => {
  test('a message with buttons, in silence or with sound, as a reply', async () => {
    await using opened = await open()
    const { sender } = senderOf(opened)
    const buttons = [[{ label: verbatim('Go'), press: 'go:1', style: 'danger' as const }]]
    const first = await sender.deliver(toSend({ ...hello, buttons }), never)
    if (first.is !== 'sent') throw new Error(first.is)
    await sender.deliver(toSend(hello, { sound: true, replyTo: first.messageId }), never)
    const [one, two] = opened.standin.messages(asha)
    expect(one).toMatchObject({
      message_id: first.messageId,
      text: 'yes',
      disable_notification: true,
    })
    expect(one?.reply_markup?.inline_keyboard).toEqual([
      [{ text: 'Go', callback_data: 'go:1', style: 'danger' }],
    ])
    expect(two).toMatchObject({ disable_notification: false, reply_to: first.messageId })
  })

  test('a file, with the blocks as its caption', async () => {
    await using opened = await open()
    const { sender } = senderOf(opened)
    const file = { name: 'web.log', text: 'a\nb\n' }
    expect(await sender.deliver(toSend({ ...hello, file }), never)).toMatchObject({ is: 'sent' })
    const [message] = opened.standin.messages(asha)
    expect(message).toMatchObject({ text: 'yes', document: { name: 'web.log' } })
    expect(Buffer.from(message?.document?.bytes ?? []).toString()).toBe('a\nb\n')
  })

  test('into a topic; where that is gone, into the group without one', async () => {
    await using opened = await open()
    const { sender } = senderOf(opened)
    await sender.deliver(toSend(hello, { chat: { id: forum, topic: 7 } }), never)
    await sender.deliver(toSend(hello, { chat: { id: forum, topic: 8 } }), never)
    expect(opened.standin.messages(forum).map((message) => message.message_thread_id)).toEqual([
      7,
      undefined,
    ])
  })

  test('markup that Telegram refuses is left out in the same delivery', async () => {
    await using opened = await open()
    const broken: Words = { html: () => 'so <b>bad', plain: () => 'so bad' }
    const { sender, log } = senderOf(opened, broken)
    expect(await sender.deliver(toSend(hello), never)).toMatchObject({ is: 'sent' })
    expect(opened.standin.messages(asha)[0]).toMatchObject({ text: 'so bad', entities: [] })
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { lesser: 'plain' } }])
  })
})

describe('editing', () => {
  test('changes the message; the same again is done; what is gone is gone', async () => {
    await using opened = await open()
    const { sender } = senderOf(opened)
    const first = await sender.deliver(toSend(hello), never)
    if (first.is !== 'sent') throw new Error(first.is)
    expect(await sender.deliver(toEdit(first.messageId, hello), never)).toEqual(first)
    const other = { blocks: [line('value-no')] }
    expect(await sender.deliver(toEdit(first.messageId, other), never)).toEqual(first)
    expect(opened.standin.messages(asha).map(({ text }) => text)).toEqual(['no'])
    expect(await sender.deliver(toEdit(999, hello), never)).toMatchObject({
      is: 'never',
      why: 'message-gone',
    })
  })
})

describe('what goes wrong', () => {
  test.each([
    [
      { kind: 'flood', retryAfter: 3 },
      { is: 'later', after: 3000, wholeBot: true },
    ],
    [{ kind: 'server-error' }, { is: 'later', wholeBot: false }],
    [{ kind: 'garbage' }, { is: 'later', wholeBot: false }],
    [{ kind: 'reset' }, { is: 'later', wholeBot: true }],
  ] as const)('%o', async (fault, verdict) => {
    await using opened = await open()
    const { sender, verdicts } = senderOf(opened)
    opened.standin.fault({ ...fault, method: 'sendMessage' })
    expect(await sender.deliver(toSend(hello), never)).toMatchObject(verdict)
    expect(verdicts).toMatchObject([verdict])
  })

  test('a call that hangs is given up', async () => {
    await using opened = await open()
    const { sender } = senderOf(opened)
    opened.standin.fault({ kind: 'hang', method: 'sendMessage' })
    const delivered = sender.deliver(toSend(hello), never)
    await opened.standin.waitForCall(({ method }) => method === 'sendMessage')
    opened.clock.advance(15_000)
    expect(await delivered).toMatchObject({ is: 'later', why: 'no answer in time' })
  })

  test('after a flood limit nothing is even tried before its time', async () => {
    await using opened = await open()
    const { sender } = senderOf(opened)
    opened.standin.fault({ kind: 'flood', retryAfter: 3, method: 'sendMessage' })
    await sender.deliver(toSend(hello), never)
    const calls = opened.standin.calls.length
    const other = { chat: { id: group } }
    expect(await sender.deliver(toSend(hello, other), never)).toMatchObject({
      is: 'later',
      after: 3000,
      why: 'pace',
    })
    expect(opened.standin.calls.length).toBe(calls)
    opened.clock.advance(3000)
    expect(await sender.deliver(toSend(hello, other), never)).toMatchObject({ is: 'sent' })
  })

  test('who blocked the bot, who never started it, and a group that moved', async () => {
    await using opened = await open()
    const { sender } = senderOf(opened)
    opened.standin.block(asha)
    const to = opened.standin.migrate(group)
    const verdicts = []
    for (const id of [asha, stranger, group, -404]) {
      verdicts.push(await sender.deliver(toSend(hello, { chat: { id } }), never))
    }
    expect(verdicts).toMatchObject([
      { is: 'never', why: 'blocked' },
      { is: 'never', why: 'not-started' },
      { is: 'moved', to },
      { is: 'never', why: 'chat-gone' },
    ])
  })

  test('a wrong token is no reason to give a message up', async () => {
    await using opened = await open()
    const api = new Api('1:wrong', { apiRoot: opened.standin.root })
    const { sender } = senderOf({ ...opened, api })
    expect(await sender.deliver(toSend(hello), never)).toMatchObject({
      is: 'later',
      after: 60_000,
      wholeBot: true,
    })
  })
})
