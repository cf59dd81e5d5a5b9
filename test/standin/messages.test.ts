import { InlineKeyboard } from 'grammy'
import { describe, expect, it } from 'vitest'
import { asha, forum, group, open, refusal, stranger } from './support.ts'

const html = { parse_mode: 'HTML' } as const
const bold = (offset: number, length: number) => ({ type: 'bold' as const, offset, length })
const keyboard = (...buttons: readonly unknown[]): { reply_markup: InlineKeyboard } => ({
  reply_markup: { inline_keyboard: [buttons] } as unknown as InlineKeyboard,
})

describe('sendMessage', () => {
  it('stores what was sent and shows it as Telegram would', async () => {
    await using tg = await open()
    const sent = await tg.api.sendMessage(asha, ' <b>Disk</b> full \n', {
      ...html,
      disable_notification: true,
      reply_markup: new InlineKeyboard().text('Fix now', 'fix:1'),
    })
    expect(sent).toMatchObject({
      message_id: 1,
      from: { is_bot: true, username: 'mechanic_bot' },
      chat: { id: asha, type: 'private', first_name: 'Asha' },
      text: 'Disk full',
      entities: [{ type: 'bold', offset: 0, length: 4 }],
      reply_markup: { inline_keyboard: [[{ text: 'Fix now', callback_data: 'fix:1' }]] },
    })
    expect(sent.date).toBe(tg.clock.now() / 1000)
    expect(tg.standin.messages(asha)).toMatchObject([
      { byBot: true, text: 'Disk full', disable_notification: true, pinned: false },
    ])
  })

  it('counts 4096 units after parsing', async () => {
    await using tg = await open()
    await tg.api.sendMessage(asha, `<b>${'&lt;'.repeat(4096)}</b>`, html)
    const tooLong = '400 Bad Request: message is too long'
    expect(await refusal(tg.api.sendMessage(asha, '&lt;'.repeat(4097), html))).toBe(tooLong)
    expect(await refusal(tg.api.sendMessage(asha, '👍'.repeat(2049)))).toBe(tooLong)
  })

  it.each([
    ['', {}, 'message text is empty'],
    [' \n', {}, 'text must be non-empty'],
    ['\u00a0', {}, 'text must be non-empty'],
    ['<b></b>', html, 'text must be non-empty'],
    ['<b>x', html, `can't parse entities: Can't find end tag corresponding to start tag "b"`],
    ['*x*', { parse_mode: 'MarkdownV2' }, 'unsupported parse_mode'],
    ['x'.repeat(32_769), {}, 'text is too long'],
    ['x', { reply_parameters: { message_id: 99 } }, 'message to be replied not found'],
    [
      'x',
      keyboard({ text: '', callback_data: 'a' }),
      'inline keyboard button text must be non-empty',
    ],
    ['x', keyboard({ text: 'a', callback_data: 'é'.repeat(33) }), 'BUTTON_DATA_INVALID'],
    [
      'x',
      keyboard({ text: 'a' }),
      "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    [
      'x',
      keyboard({ text: 'a', callback_data: 'a', url: 'https://example.com' }),
      "can't parse inline keyboard button: exactly one of the optional fields must be used",
    ],
    [
      'x',
      keyboard({ text: 'a', callback_data: 'a', style: 'loud' }),
      "can't parse inline keyboard button: invalid button style specified",
    ],
    [
      'x',
      keyboard({ text: 'a', url: 'http://localhost:3000' }),
      "inline keyboard button URL 'http://localhost:3000' is invalid: Wrong HTTP URL",
    ],
  ] as const)('refuses %j %j', async (text, other, reason) => {
    await using tg = await open()
    const call = tg.api.sendMessage(asha, text, other)
    expect(await refusal(call)).toBe(`400 Bad Request: ${reason}`)
    expect(tg.standin.messages(asha)).toEqual([])
  })

  it('takes entities instead of markup, and trims them with the text', async () => {
    await using tg = await open()
    const sent = await tg.api.sendMessage(asha, '  one\ttwo \n', {
      entities: [bold(6, 4), bold(2, 3)],
    })
    expect(sent).toMatchObject({ text: 'one two', entities: [bold(0, 3), bold(4, 3)] })
    const kept = await tg.api.sendMessage(asha, '  <b> x</b>', html)
    expect(kept).toMatchObject({ text: ' x', entities: [bold(0, 2)] })
    expect(await refusal(tg.api.sendMessage(asha, 'x', { entities: [bold(-1, 1)] }))).toBe(
      '400 Bad Request: receive an entity with incorrect offset or length',
    )
  })

  it('replies, also without the original when it may', async () => {
    await using tg = await open()
    const question = tg.standin.say(asha, 'well?')
    const reply = await tg.api.sendMessage(asha, 'well', {
      reply_parameters: { message_id: question.message_id },
    })
    expect(reply.reply_to_message).toMatchObject({ text: 'well?' })
    await tg.api.sendMessage(asha, 'x', {
      reply_parameters: { message_id: 99, allow_sending_without_reply: true },
    })
    expect(tg.standin.messages(asha).map((message) => message.reply_to)).toEqual([
      undefined,
      question.message_id,
      undefined,
    ])
  })

  it('finds topics of a forum only', async () => {
    await using tg = await open()
    expect(await tg.api.sendMessage(forum, 'x', { message_thread_id: 7 })).toMatchObject({
      message_thread_id: 7,
      is_topic_message: true,
    })
    expect(await refusal(tg.api.sendMessage(forum, 'x', { message_thread_id: 8 }))).toBe(
      '400 Bad Request: message thread not found',
    )
    expect(await tg.api.sendMessage(group, 'x', { message_thread_id: 8 })).not.toHaveProperty(
      'message_thread_id',
    )
  })
})

describe('who may be written to', () => {
  it.each([
    [4242, '400 Bad Request: chat not found'],
    ['@somebody', '400 Bad Request: chat not found'],
    [stranger, "403 Forbidden: bot can't initiate conversation with a user"],
  ])('%s', async (chat, expected) => {
    await using tg = await open()
    expect(await refusal(tg.api.sendMessage(chat, 'x'))).toBe(expected)
    expect(await refusal(tg.api.sendChatAction(chat, 'typing'))).toBe(expected)
  })
})

describe('edits', () => {
  it('keep every version with its time', async () => {
    await using tg = await open()
    const { message_id } = await tg.api.sendMessage(asha, 'down')
    tg.clock.advance(5000)
    const edited = await tg.api.editMessageText(asha, message_id, '<b>up</b>', html)
    expect(edited).toMatchObject({ text: 'up', edit_date: tg.clock.now() / 1000 })
    const [message] = tg.standin.messages(asha)
    expect(message?.versions.map(({ at, text }) => [at, text])).toEqual([
      [tg.clock.now() - 5000, 'down'],
      [tg.clock.now(), 'up'],
    ])
  })

  it('take the keyboard away unless it is given again', async () => {
    await using tg = await open()
    const markup = { reply_markup: new InlineKeyboard().text('A', 'a') }
    const { message_id } = await tg.api.sendMessage(asha, 'x', markup)
    await tg.api.editMessageText(asha, message_id, 'y')
    expect(tg.standin.messages(asha)[0]?.reply_markup).toBeUndefined()
    await tg.api.editMessageReplyMarkup(asha, message_id, markup)
    expect(tg.standin.messages(asha)[0]?.reply_markup).toEqual({
      inline_keyboard: [[{ text: 'A', callback_data: 'a' }]],
    })
  })

  it('that change nothing are refused', async () => {
    await using tg = await open()
    const markup = { reply_markup: new InlineKeyboard().text('A', 'a') }
    const { message_id } = await tg.api.sendMessage(asha, 'x', markup)
    const expected =
      '400 Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message'
    expect(await refusal(tg.api.editMessageText(asha, message_id, ' x ', markup))).toBe(expected)
    expect(await refusal(tg.api.editMessageReplyMarkup(asha, message_id, markup))).toBe(expected)
    await tg.api.editMessageText(asha, message_id, '<b>x</b>', { ...html, ...markup })
  })

  it('reach only messages of the bot that are there', async () => {
    await using tg = await open()
    const theirs = tg.standin.say(asha, 'mine')
    expect(await refusal(tg.api.editMessageText(asha, theirs.message_id, 'x'))).toBe(
      "400 Bad Request: message can't be edited",
    )
    expect(await refusal(tg.api.editMessageText(asha, 99, 'x'))).toBe(
      '400 Bad Request: message to edit not found',
    )
  })
})

describe('deleteMessage', () => {
  it('removes within 48 hours', async () => {
    await using tg = await open()
    const first = await tg.api.sendMessage(asha, 'x')
    await tg.api.deleteMessage(asha, first.message_id)
    expect(tg.standin.messages(asha)).toEqual([])
    expect(await refusal(tg.api.deleteMessage(asha, first.message_id))).toBe(
      '400 Bad Request: message to delete not found',
    )
    const second = await tg.api.sendMessage(asha, 'x')
    tg.clock.advance(49 * 3_600_000)
    expect(await refusal(tg.api.deleteMessage(asha, second.message_id))).toBe(
      "400 Bad Request: message can't be deleted for everyone",
    )
  })
})

describe('pins', () => {
  it('are set and taken out', async () => {
    await using tg = await open()
    const { message_id } = await tg.api.sendMessage(asha, 'x')
    await tg.api.pinChatMessage(asha, message_id)
    expect(tg.standin.messages(asha)[0]?.pinned).toBe(true)
    expect((await tg.api.getChat(asha)).pinned_message).toMatchObject({ message_id })
    await tg.api.unpinChatMessage(asha)
    expect(tg.standin.messages(asha)[0]?.pinned).toBe(false)
    expect(await refusal(tg.api.unpinChatMessage(asha))).toBe(
      '400 Bad Request: message to unpin not found',
    )
  })
})
