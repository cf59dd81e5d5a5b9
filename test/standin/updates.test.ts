import { describe, expect, it } from 'vitest'
import { asha, failure, open, patience, refusal } from './support.ts'

const texts = (
  updates: readonly { message?: { text?: string } }[],
): readonly (string | undefined)[] => updates.map((update) => update.message?.text)

const longPoll = { timeout: 30 }

describe('getUpdates', () => {
  it('gives updates again until an offset confirms them', async () => {
    await using tg = await open()
    for (const text of ['a', 'b', 'c']) tg.standin.say(asha, text)
    const first = await tg.api.getUpdates({ limit: 2 })
    expect(texts(first)).toEqual(['a', 'b'])
    expect(texts(await tg.api.getUpdates())).toEqual(['a', 'b', 'c'])
    const offset = (first[1]?.update_id ?? 0) + 1
    expect(texts(await tg.api.getUpdates({ offset }))).toEqual(['c'])
    expect(tg.standin.pendingUpdates).toBe(1)
  })

  it('keeps the last ones for a negative offset', async () => {
    await using tg = await open()
    for (const text of ['a', 'b', 'c']) tg.standin.say(asha, text)
    expect(texts(await tg.api.getUpdates({ offset: -1 }))).toEqual(['c'])
    expect(texts(await tg.api.getUpdates())).toEqual(['c'])
  })

  it('starts from what there is for an offset out of another life', async () => {
    await using tg = await open()
    tg.standin.say(asha, 'a')
    expect(texts(await tg.api.getUpdates({ offset: 999_999_999 }))).toEqual(['a'])
  })

  it('gives a forged update once, with an id that may repeat', async () => {
    await using tg = await open()
    tg.standin.say(asha, 'a')
    const forged = { update_id: 3, poll: null, message: { text: 7 } }
    tg.standin.forgeUpdate(forged)
    const given = await tg.api.getUpdates()
    expect(given).toHaveLength(2)
    expect(given[1]).toEqual(forged)
    expect(texts(await tg.api.getUpdates())).toEqual(['a'])
  })

  it('gives a forged update an id where it has none', async () => {
    await using tg = await open()
    const id = tg.standin.forgeUpdate({ message: {} })
    expect(await tg.api.getUpdates()).toEqual([{ update_id: id, message: {} }])
  })

  it('answers a long poll as soon as something happens', async () => {
    await using tg = await open()
    const poll = tg.api.getUpdates(longPoll)
    await tg.standin.waitForPoll()
    tg.standin.say(asha, 'now')
    expect(texts(await poll)).toEqual(['now'])
  })

  it('ends a long poll with nothing after its time', async () => {
    await using tg = await open()
    const poll = tg.api.getUpdates(longPoll)
    await tg.standin.waitForPoll()
    tg.clock.advance(30_000)
    expect(await poll).toEqual([])
  })

  it('turns the older of two polls away', async () => {
    await using tg = await open()
    const older = refusal(tg.api.getUpdates(longPoll))
    await tg.standin.waitForPoll()
    const newer = tg.api.getUpdates(longPoll)
    expect(await older).toBe(
      '409 Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    )
    tg.standin.say(asha, 'x')
    expect(texts(await newer)).toEqual(['x'])
  })

  it('loses nothing when the bot hangs up', async () => {
    await using tg = await open()
    const client = patience()
    const poll = failure(tg.api.getUpdates(longPoll, client.signal))
    await tg.standin.waitForPoll()
    client.end()
    await poll
    await tg.standin.waitForCall(({ method }) => method === 'getUpdates')
    tg.standin.say(asha, 'x')
    expect(texts(await tg.api.getUpdates(longPoll))).toEqual(['x'])
  })

  it('forgets after 24 hours', async () => {
    await using tg = await open()
    tg.standin.say(asha, 'old')
    tg.clock.advance(24 * 3_600_000)
    tg.standin.say(asha, 'new')
    expect(texts(await tg.api.getUpdates())).toEqual(['new'])
  })

  it('remembers which kinds are wanted', async () => {
    await using tg = await open()
    await tg.api.getUpdates({ allowed_updates: ['callback_query'] })
    tg.standin.say(asha, 'not this')
    tg.standin.forge(asha, asha, 1, 'x')
    expect(await tg.api.getUpdates()).toMatchObject([{ callback_query: { data: 'x' } }])
    await tg.api.getUpdates({ allowed_updates: [] })
    tg.standin.say(asha, 'this')
    expect(await tg.api.getUpdates()).toHaveLength(2)
  })
})

describe('the webhook', () => {
  it('is never set', async () => {
    await using tg = await open()
    tg.standin.say(asha, 'x')
    expect(await tg.api.getWebhookInfo()).toMatchObject({ url: '', pending_update_count: 1 })
    await tg.api.deleteWebhook({ drop_pending_updates: true })
    expect(tg.standin.pendingUpdates).toBe(0)
  })
})

describe('stop', () => {
  it('ends a long poll and whoever waits', async () => {
    const tg = await open()
    const poll = failure(tg.api.getUpdates(longPoll))
    const waiting = failure(tg.standin.waitFor(() => true))
    await tg.standin.waitForPoll()
    await tg.standin.stop()
    expect(await poll).toMatchObject({ name: 'HttpError' })
    expect(String(await waiting)).toContain('stopped')
  })
})
