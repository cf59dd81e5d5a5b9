import { setImmediate } from 'node:timers/promises'
import { HttpError } from 'grammy'
import { describe, expect, it } from 'vitest'
import { asha, failure, open, patience, refusal } from './support.ts'

const texts = (messages: readonly { readonly text: string }[]): readonly string[] =>
  messages.map(({ text }) => text)

describe('faults', () => {
  it('flood: a 429, for the method and as often as planned', async () => {
    await using tg = await open()
    tg.standin.fault({ kind: 'flood', retryAfter: 7, method: 'sendMessage', times: 2 })
    await tg.api.getMe()
    const expected = '429 Too Many Requests: retry after 7'
    expect(await refusal(tg.api.sendMessage(asha, 'x'))).toBe(expected)
    expect(await refusal(tg.api.sendMessage(asha, 'x'))).toBe(expected)
    await tg.api.sendMessage(asha, 'y')
    expect(texts(tg.standin.messages(asha))).toEqual(['y'])
  })

  it.each(['server-error', 'garbage', 'reset'] as const)('%s: not carried out', async (kind) => {
    await using tg = await open()
    tg.standin.fault({ kind })
    expect(await failure(tg.api.sendMessage(asha, 'x'))).toBeInstanceOf(HttpError)
    expect(tg.standin.messages(asha)).toEqual([])
    expect(tg.standin.calls).toMatchObject([{ fault: kind, answer: undefined }])
    await tg.api.sendMessage(asha, 'y')
  })

  it('server-error: 500 with a page', async () => {
    await using tg = await open()
    tg.standin.fault({ kind: 'server-error' })
    const response = await fetch(`${tg.standin.root}/bot${tg.standin.token}/getMe`)
    expect(response.status).toBe(500)
    expect(await response.text()).toContain('<html>')
  })

  it('drop: carried out, but nobody hears of it', async () => {
    await using tg = await open()
    tg.standin.fault({ kind: 'drop', method: 'sendMessage' })
    expect(await failure(tg.api.sendMessage(asha, 'x'))).toBeInstanceOf(HttpError)
    expect(texts(tg.standin.messages(asha))).toEqual(['x'])
    expect(tg.standin.calls).toMatchObject([{ fault: 'drop', answer: { ok: true } }])
  })

  it('slow: carried out, its answer in pieces over a time', async () => {
    await using tg = await open()
    tg.standin.fault({ kind: 'slow', ms: 9_000, method: 'sendMessage' })
    let over = false
    const sent = tg.api.sendMessage(asha, 'x').finally(() => (over = true))
    await tg.standin.waitForCall(({ fault }) => fault === 'slow')
    expect(texts(tg.standin.messages(asha))).toEqual(['x'])
    for (let second = 0; second < 8; second++) tg.clock.advance(1_000)
    await setImmediate()
    expect(over).toBe(false)
    tg.clock.advance(1_000)
    expect(await sent).toMatchObject({ text: 'x' })
  })

  it('slow: a client that gives up gets no more of it', async () => {
    await using tg = await open()
    tg.standin.fault({ kind: 'slow', ms: 9_000 })
    const client = patience()
    const call = failure(tg.api.sendMessage(asha, 'x', {}, client.signal))
    await tg.standin.waitForCall(({ fault }) => fault === 'slow')
    client.end()
    expect(await call).toBeInstanceOf(HttpError)
    tg.clock.advance(60_000)
    await tg.api.getMe()
  })

  it('hang: until the client gives up', async () => {
    await using tg = await open()
    tg.standin.fault({ kind: 'hang' })
    const client = patience()
    const call = failure(tg.api.sendMessage(asha, 'x', {}, client.signal))
    await tg.standin.waitForCall(({ fault }) => fault === 'hang')
    client.end()
    expect(await call).toBeInstanceOf(HttpError)
  })

  it('hang: until the stand-in stops', async () => {
    const tg = await open()
    tg.standin.fault({ kind: 'hang' })
    const call = failure(tg.api.getMe())
    await tg.standin.waitForCall(({ fault }) => fault === 'hang')
    await tg.standin.stop()
    expect(await call).toBeInstanceOf(HttpError)
  })

  it('are forgotten on demand', async () => {
    await using tg = await open()
    tg.standin.fault({ kind: 'reset', times: 100 })
    tg.standin.clearFaults()
    await tg.api.getMe()
  })
})

describe('refuse', () => {
  it('closes the port and every connection until accept', async () => {
    await using tg = await open()
    const poll = failure(tg.api.getUpdates({ timeout: 30 }))
    await tg.standin.waitForPoll()
    await tg.standin.refuse()
    expect(await poll).toBeInstanceOf(HttpError)
    expect(await failure(tg.api.getMe())).toMatchObject({ error: { code: 'ECONNREFUSED' } })
    await tg.standin.accept()
    tg.standin.say(asha, 'back')
    expect(await tg.api.getUpdates()).toHaveLength(1)
  })

  it('loses nothing, neither over a restart', async () => {
    await using tg = await open()
    await tg.api.sendMessage(asha, 'before')
    tg.standin.say(asha, 'hello')
    await tg.standin.stop()
    expect(await tg.standin.start()).toBe(tg.standin.root)
    expect(await tg.api.getUpdates()).toHaveLength(1)
    expect(texts(tg.standin.messages(asha))).toEqual(['before', 'hello'])
  })
})
