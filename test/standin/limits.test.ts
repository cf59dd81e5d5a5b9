import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spend, telegramLimits } from '../../src/standin/limits.ts'
import { asha, ben, group, open, refusal } from './support.ts'

const send = async (times: number, call: () => Promise<unknown>): Promise<void> => {
  for (let i = 0; i < times; i++) await call()
}

describe('a private chat', () => {
  it('takes a burst of ten, then one a second', async () => {
    await using tg = await open()
    const call = () => tg.api.sendMessage(asha, 'hello')
    await send(10, call)
    expect(await refusal(call())).toBe('429 Too Many Requests: retry after 1')
    tg.clock.advance(1000)
    await call()
    expect(await refusal(call())).toBe('429 Too Many Requests: retry after 1')
    await tg.api.sendMessage(ben, 'another chat')
  })

  it('says in parameters and header how long to wait', async () => {
    await using tg = await open({ limits: { privateChat: { burst: 1, perSecond: 0.1 } } })
    await tg.api.sendMessage(asha, 'hello')
    const url = `${tg.standin.root}/bot${tg.standin.token}/sendMessage?chat_id=${asha}&text=x`
    const response = await fetch(url)
    expect(response.headers.get('retry-after')).toBe('10')
    expect(response.status).toBe(429)
    expect(await response.json()).toMatchObject({ ok: false, parameters: { retry_after: 10 } })
  })
})

describe('a group', () => {
  it('takes twenty sends and edits a minute', async () => {
    await using tg = await open()
    const { message_id } = await tg.api.sendMessage(group, 'first')
    let edits = 0
    await send(19, () => tg.api.editMessageText(group, message_id, `edit ${++edits}`))
    expect(await refusal(tg.api.sendMessage(group, 'x'))).toBe(
      '429 Too Many Requests: retry after 3',
    )
    tg.clock.advance(60_000)
    await send(20, () => tg.api.sendMessage(group, 'x'))
  })
})

describe('the bot', () => {
  it('takes thirty a second in all', async () => {
    await using tg = await open()
    const people = Array.from({ length: 31 }, (_, i) => 2000 + i)
    for (const id of people) tg.standin.addUser({ id, name: 'P' })
    for (const id of people.slice(0, 30)) await tg.api.sendMessage(id, 'x')
    expect(await refusal(tg.api.sendMessage(2030, 'x'))).toBe(
      '429 Too Many Requests: retry after 1',
    )
  })
})

describe('spend', () => {
  const { group: rate } = telegramLimits

  it('lets pass exactly after the time it asked for', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(1e9), (tokens, at) => {
        const first = spend([{ bucket: { tokens, at }, rate }], at)
        expect(first.retryAfter).toBeGreaterThan(0)
        const later = at + first.retryAfter * 1000
        expect(spend([{ bucket: first.buckets[0], rate }], later).retryAfter).toBe(0)
      }),
    )
  })

  it('takes nothing when one bucket is short', () => {
    const empty = { bucket: { tokens: 0, at: 0 }, rate }
    expect(spend([{ bucket: undefined, rate }, empty], 0).buckets).toEqual([
      { tokens: rate.burst, at: 0 },
      { tokens: 0, at: 0 },
    ])
  })
})
