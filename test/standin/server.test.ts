import { Api, Bot } from 'grammy'
import { describe, expect, it } from 'vitest'
import { asha, failure, open, refusal } from './support.ts'

describe('requests', () => {
  it('come as JSON, form or query, with GET or POST, in any case', async () => {
    await using tg = await open()
    const url = `${tg.standin.root}/bot${tg.standin.token}/SendMessage`
    const form = new URLSearchParams({ chat_id: String(asha), text: 'form' })
    await fetch(url, { method: 'POST', body: form })
    await fetch(`${url}?chat_id=${asha}&text=query`)
    await tg.api.sendMessage(asha, 'json')
    const multipart = new FormData()
    multipart.set('chat_id', String(asha))
    multipart.set('text', 'multipart')
    multipart.set('reply_markup', '{"inline_keyboard":[[{"text":"A","callback_data":"a"}]]}')
    await fetch(url, { method: 'POST', body: multipart })
    expect(tg.standin.messages(asha).map(({ text }) => text)).toEqual([
      'form',
      'query',
      'json',
      'multipart',
    ])
    expect(tg.standin.messages(asha).at(-1)?.reply_markup?.inline_keyboard).toHaveLength(1)
  })

  it.each(['{', '[]', 'null'])('cannot be %s', async (body) => {
    await using tg = await open()
    const url = `${tg.standin.root}/bot${tg.standin.token}/getMe`
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(url, { method: 'POST', headers, body })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ ok: false, error_code: 400 })
  })

  it('need a method and the right token', async () => {
    await using tg = await open()
    const { root } = tg.standin
    expect(await refusal(tg.api.raw.setWebhook({ url: 'https://a.example' }))).toBe('404 Not Found')
    expect(await refusal(new Api('1:wrong', { apiRoot: root }).getMe())).toBe('401 Unauthorized')
    expect((await fetch(`${root}/`)).status).toBe(404)
    expect((await fetch(`${root}//`)).status).toBe(404)
  })
})

describe('the calls log', () => {
  it('holds what was asked and answered', async () => {
    await using tg = await open()
    await refusal(tg.api.sendMessage(42, 'x'))
    expect(tg.standin.calls).toEqual([
      {
        method: 'sendMessage',
        params: { chat_id: 42, text: 'x' },
        at: tg.clock.now(),
        answer: { ok: false, error_code: 400, description: 'Bad Request: chat not found' },
        fault: undefined,
      },
    ])
  })
})

describe('waitFor', () => {
  it('finds what is there and what comes', async () => {
    await using tg = await open()
    await tg.api.sendMessage(asha, 'one')
    expect(await tg.standin.waitFor(({ text }) => text === 'one')).toMatchObject({ message_id: 1 })
    const later = tg.standin.waitFor(({ text }) => text === 'two')
    await tg.api.editMessageText(asha, 1, 'two')
    expect(await later).toMatchObject({ message_id: 1 })
  })

  it('says what there was when it waited in vain', async () => {
    await using tg = await open()
    await tg.api.sendMessage(asha, 'something else')
    tg.standin.say(asha, '/status')
    const error = await failure(tg.standin.waitFor(({ text }) => text === '/status', 1))
    expect(String(error)).toContain('waited 1 ms in vain; there is: ["something else"]')
  })

  it('leaves nothing behind', async () => {
    await using tg = await open()
    const kinds: string[] = []
    const off = tg.standin.on('change', ({ kind }) => kinds.push(kind))
    await tg.api.sendMessage(asha, 'x')
    off()
    await tg.api.sendMessage(asha, 'x')
    expect(kinds).toEqual(['sent', 'called'])
  })
})

describe('memory', () => {
  it('is bounded', async () => {
    await using tg = await open()
    for (let i = 0; i < 2010; i++) tg.standin.say(asha, String(i))
    const messages = tg.standin.messages(asha)
    expect(messages).toHaveLength(2000)
    expect(messages[0]?.text).toBe('10')
  })
})

describe('a whole grammY bot', () => {
  it('runs on it', async () => {
    await using tg = await open()
    const bot = new Bot(tg.standin.token, { client: { apiRoot: tg.standin.root } })
    bot.command('status', (ctx) =>
      ctx.reply('all well', {
        reply_markup: { inline_keyboard: [[{ text: 'Why', callback_data: 'w' }]] },
      }),
    )
    bot.callbackQuery('w', (ctx) => ctx.answerCallbackQuery('because'))
    const running = bot.start()
    await tg.standin.waitForPoll()
    tg.standin.say(asha, '/status')
    const message = await tg.standin.waitFor(({ text }) => text === 'all well')
    const answer = await tg.standin.waitForAnswer(tg.standin.press(asha, message, 'Why'))
    expect(answer.text).toBe('because')
    await bot.stop()
    await running
  })
})
