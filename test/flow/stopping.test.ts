import { describe, expect, test } from 'vitest'
import type { Verdict } from '../../src/contract/sender.ts'
import { openWorld } from '../support/flow.ts'
import { settled } from '../support/manual.ts'

const minute = 60_000

const yaml = 'checks: { site: { kind: fake, of: site, every: 10s, critical: "down" } }'

describe('a clean stop', () => {
  test('lets the delivery under way end: the message is not sent a second time', async () => {
    const world = await openWorld(yaml)
    const { promise, resolve } = Promise.withResolvers<Verdict | undefined>()
    let cutOff = false
    const { deliver } = world.chat.sender
    Object.assign(world.chat.sender, {
      deliver(delivery: Parameters<typeof deliver>[0], signal: AbortSignal) {
        signal.addEventListener('abort', () => (cutOff = true))
        return deliver(delivery, signal)
      },
    })
    world.chat.answer = () => promise
    world.seen.set('site', { down: true })
    await world.advance(15_000)
    expect(world.chat.tried).toHaveLength(1)
    let over = false
    const stopping = world.stop().then(() => (over = true))
    await settled()
    expect(over).toBe(false)
    expect(cutOff).toBe(false)
    resolve(undefined)
    await stopping
    world.chat.answer = () => undefined
    await world.start()
    await world.advance(minute)
    expect(world.chat.messages).toMatchObject([{ sound: true }])
    expect(world.chat.tried).toHaveLength(1)
  })

  test('starts no other delivery meanwhile', async () => {
    const world = await openWorld(yaml)
    const { promise, resolve } = Promise.withResolvers<Verdict | undefined>()
    world.chat.answer = () => promise
    world.seen.set('site', { down: true })
    await world.advance(15_000)
    const at = world.clock.now()
    const message = { blocks: [{ line: { id: 'verbatim', args: { text: 'next' } } }], about: at }
    world.store.outbox.post({ kind: 'note', chat: { id: 1001 }, message, sound: false, at })
    const stopping = world.stop()
    resolve(undefined)
    await stopping
    expect(world.chat.tried).toHaveLength(1)
    world.chat.answer = () => undefined
    await world.start()
    await world.advance(minute)
    expect(world.chat.messages.map(({ text }) => text)).toContain('next')
    expect(world.chat.messages).toHaveLength(2)
  })

  test('does not wait for ever for one that does not end', async () => {
    const world = await openWorld(yaml)
    const { deliver } = world.chat.sender
    let hangs = true
    Object.assign(world.chat.sender, {
      deliver: (delivery: Parameters<typeof deliver>[0], signal: AbortSignal) =>
        hangs
          ? new Promise<Verdict>((resolve) =>
              signal.addEventListener('abort', () =>
                resolve({ is: 'later', after: 0, why: 'aborted', wholeBot: true }),
              ),
            )
          : deliver(delivery, signal),
    })
    world.seen.set('site', { down: true })
    await world.advance(15_000)
    const stopping = world.stop()
    await world.clock.advance(6_000)
    await stopping
    hangs = false
    await world.start()
    await world.advance(minute)
    expect(world.chat.messages).toMatchObject([{ sound: true }])
  })
})
