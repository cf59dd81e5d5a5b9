import { InlineKeyboard } from 'grammy'
import { describe, expect, it } from 'vitest'
import { asha, ben, group, open, refusal } from './support.ts'
import type { Opened } from './support.ts'

const reply_markup = new InlineKeyboard()
  .text('Restart web', 'do:1')
  .url('Docs', 'https://a.example')

async function pressed({ standin, api }: Opened): Promise<string> {
  const { message_id } = await api.sendMessage(asha, 'Really?', { reply_markup })
  return standin.press(asha, message_id, 'Restart web')
}

describe('press', () => {
  it('sends the data with the message', async () => {
    await using tg = await open()
    const id = await pressed(tg)
    expect(await tg.api.getUpdates()).toMatchObject([
      { callback_query: { id, data: 'do:1', from: { id: asha }, message: { text: 'Really?' } } },
    ])
  })

  it('finds a button by its data, and the chat by the message', async () => {
    await using tg = await open()
    await tg.api.sendMessage(group, 'Really?', { reply_markup })
    const message = await tg.standin.waitFor(({ text }) => text === 'Really?')
    tg.standin.press(ben, message, 'do:1')
    expect(await tg.api.getUpdates()).toMatchObject([
      { callback_query: { from: { id: ben }, message: { chat: { id: group } } } },
    ])
  })

  it('cannot press what is not there', async () => {
    await using tg = await open()
    const { message_id } = await tg.api.sendMessage(asha, 'x', { reply_markup })
    expect(() => tg.standin.press(asha, message_id, 'Cancel')).toThrow(
      'no button "Cancel" under message 1; there is: Restart web | Docs',
    )
    expect(() => tg.standin.press(asha, message_id, 'Docs')).toThrow('no button "Docs"')
    await tg.api.editMessageReplyMarkup(asha, message_id)
    expect(() => tg.standin.press(asha, message_id, 'Restart web')).toThrow('no button')
  })
})

describe('forge', () => {
  it('presses buttons that are gone, under messages that are gone', async () => {
    await using tg = await open()
    tg.standin.forge(asha, asha, 77, 'anything')
    expect(await tg.api.getUpdates()).toMatchObject([
      { callback_query: { data: 'anything', message: { message_id: 77, date: 0 } } },
    ])
  })
})

describe('answerCallbackQuery', () => {
  it('is seen by who pressed, and may come twice', async () => {
    await using tg = await open()
    const id = await pressed(tg)
    const answer = tg.standin.waitForAnswer(id)
    await tg.api.answerCallbackQuery(id, { text: 'Done', show_alert: true })
    expect(await answer).toEqual({ text: 'Done', show_alert: true })
    await tg.api.answerCallbackQuery(id)
    expect(await tg.standin.waitForAnswer(id)).toEqual({ text: 'Done', show_alert: true })
  })

  it('takes 200 characters', async () => {
    await using tg = await open()
    const id = await pressed(tg)
    expect(await refusal(tg.api.answerCallbackQuery(id, { text: 'x'.repeat(201) }))).toBe(
      '400 Bad Request: MESSAGE_TOO_LONG',
    )
    await tg.api.answerCallbackQuery(id, { text: 'x'.repeat(200) })
  })

  it('must come in time', async () => {
    await using tg = await open({ callbackAge: 1000 })
    const id = await pressed(tg)
    tg.clock.advance(1000)
    await tg.api.answerCallbackQuery(id)
    tg.clock.advance(1)
    const expected =
      '400 Bad Request: query is too old and response timeout expired or query ID is invalid'
    expect(await refusal(tg.api.answerCallbackQuery(id))).toBe(expected)
    expect(await refusal(tg.api.answerCallbackQuery('1'))).toBe(expected)
  })
})
