import { describe, expect, test } from 'vitest'
import { type Message, verbatim } from '../../src/contract/message.ts'
import { openWorld, type World } from '../support/flow.ts'
import { away } from '../support/chat.ts'

const minute = 60_000

const say = (text: string): Message => ({ blocks: [{ line: verbatim(text) }], about: 1 })

/** A world without checks, whose outbox is filled by hand. */
const open = (): Promise<World> => openWorld('checks: {}')

const post = (
  world: World,
  text: string,
  more: { sound?: boolean; chat?: number } = {},
): number => {
  const { sound = false, chat = 1001 } = more
  const at = world.clock.now()
  const message = { ...say(text), about: at }
  const id = world.store.outbox.post({ kind: 'note', chat: { id: chat }, message, sound, at })
  world.flow.poke()
  return id
}

const texts = (world: World): readonly string[] => world.chat.messages.map((one) => one.text)

describe('the outbox', () => {
  test('delivers in order, loud ones first', async () => {
    const world = await open()
    world.chat.answer = () => away
    post(world, 'a')
    await world.advance(100)
    post(world, 'b')
    post(world, 'loud', { sound: true })
    world.chat.answer = () => undefined
    await world.advance(10_000)
    expect(texts(world)).toEqual(['loud', 'a', 'b'])
  })

  test('nothing leaves before what it tells of is committed', async () => {
    const world = await open()
    const rolledBack = (): void =>
      world.store.atomically(() => {
        post(world, 'never happened')
        throw new Error('database or disk is full')
      })
    expect(rolledBack).toThrow('disk is full')
    await world.advance(10_000)
    expect(world.chat.tried).toEqual([])
  })

  test('`later` of one chat holds up no other', async () => {
    const world = await open()
    world.chat.answer = (delivery) =>
      delivery.chat.id === 5
        ? { is: 'later', after: 3_000, why: 'pace', wholeBot: false }
        : undefined
    post(world, 'slow', { chat: 5 })
    post(world, 'quick')
    await world.advance(10_000)
    expect(texts(world)).toEqual(['quick'])
    expect(world.chat.tried.filter((one) => one.chat.id === 5)).toHaveLength(4)
    world.chat.answer = () => undefined
    await world.advance(5_000)
    expect(texts(world)).toEqual(['quick', 'slow'])
  })

  test('what waits for a slow chat keeps its order', async () => {
    const world = await open()
    let slow = true
    world.chat.answer = () =>
      slow ? { is: 'later', after: 3_000, why: 'pace', wholeBot: false } : undefined
    post(world, 'first')
    await world.advance(2_000)
    slow = false
    post(world, 'second')
    await world.advance(10_000)
    expect(texts(world)).toEqual(['first', 'second'])
  })

  test('pauses grow while nothing can be sent, and are bounded', async () => {
    const world = await open()
    const at: number[] = []
    world.chat.answer = () => {
      at.push(world.clock.monotonic())
      return { is: 'later', after: 0, why: 'away', wholeBot: true }
    }
    post(world, 'a')
    post(world, 'b')
    await world.advance(6 * minute)
    const pauses = at.slice(1).map((time, i) => Math.round((time - (at[i] ?? 0)) / 1_000))
    expect(pauses.slice(0, 8)).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
    expect(world.flow.figures().outbox).toMatchObject({ reachable: false, waiting: 2 })
    world.chat.answer = () => undefined
    await world.advance(minute)
    expect(texts(world)).toHaveLength(2)
    expect(world.flow.figures().outbox).toMatchObject({ reachable: true, pausedUntil: null })
  })

  test('Telegram names a longer pause', async () => {
    const world = await open()
    world.chat.answer = () => ({ is: 'later', after: 90_000, why: 'flood', wholeBot: true })
    post(world, 'a')
    await world.advance(85_000)
    expect(world.chat.tried).toHaveLength(1)
    world.chat.answer = () => undefined
    await world.advance(10_000)
    expect(world.chat.messages).toMatchObject([{ late: true }])
    expect(world.chat.last().text).toContain('Told late')
  })

  test('a wall clock that is set back stops nothing', async () => {
    const world = await open()
    world.chat.answer = () => away
    post(world, 'a')
    await world.advance(500)
    world.clock.jump(-24 * 60 * minute)
    world.chat.answer = () => undefined
    await world.advance(5_000)
    expect(texts(world)).toEqual(['a'])
  })

  test('`never` is final and is written down; the next one goes its way', async () => {
    const world = await open()
    world.chat.answer = (delivery) =>
      JSON.stringify(delivery.message).includes('bad')
        ? { is: 'never', why: 'refused', detail: 'Bad Request' }
        : undefined
    const bad = post(world, 'bad')
    post(world, 'good')
    await world.advance(5_000)
    expect(texts(world)).toEqual(['good'])
    expect(world.store.notices.get(bad)).toMatchObject({ state: 'dead' })
    expect(world.events('undeliverable')).toMatchObject([{ reason: 'refused' }])
    expect(world.chat.tried).toHaveLength(2)
  })

  test('whoever blocked the bot is made up for by another operator', async () => {
    const world = await open()
    world.chat.answer = (delivery) =>
      delivery.chat.id === 1001 ? { is: 'never', why: 'blocked', detail: 'blocked' } : undefined
    post(world, 'help', { sound: true })
    await world.advance(2_000)
    expect(world.chat.messages).toMatchObject([{ chat: 1002, sound: true }])
  })

  test('all of them blocked it: it waits for one who presses Start after all', async () => {
    const world = await open()
    world.chat.answer = () => ({ is: 'never', why: 'blocked', detail: 'blocked' })
    const id = post(world, 'help')
    await world.advance(5_000)
    expect(world.chat.tried.map((one) => one.chat.id)).toEqual([1001, 1002])
    world.chat.answer = () => undefined
    await world.advance(4 * 60_000)
    expect(world.chat.messages).toHaveLength(0)
    await world.advance(2 * 60_000)
    expect(world.chat.messages).toMatchObject([{ chat: 1002 }])
    expect(world.store.notices.get(id)).toMatchObject({ state: 'sent' })
  })

  test('a group that moved takes its waiting and its later messages with it', async () => {
    const world = await open()
    world.chat.answer = (delivery) =>
      delivery.chat.id === -5 ? { is: 'moved', to: -1005 } : undefined
    post(world, 'a', { chat: -5 })
    post(world, 'b', { chat: -5 })
    await world.advance(2_000)
    expect(world.chat.messages.map((one) => one.chat)).toEqual([-1005, -1005])
    expect(world.store.meta.number('moved:-5')).toBe(-1005)
    expect(world.chat.tried).toHaveLength(3)
  })

  test('a sender that throws is one that could not send', async () => {
    const world = await open()
    world.chat.answer = () => {
      throw new Error('a bug')
    }
    post(world, 'a')
    await world.advance(2_000)
    world.chat.answer = () => undefined
    await world.advance(10_000)
    expect(texts(world)).toEqual(['a'])
  })

  test('a sender that never answers is given 30 s', async () => {
    const world = await open()
    let aborted = false
    const { sender } = world.chat
    const deliver = sender.deliver
    Object.assign(sender, {
      deliver: (_: unknown, signal: AbortSignal) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => {
            aborted = true
            Object.assign(sender, { deliver })
            resolve(away)
          }),
        ),
    })
    post(world, 'a')
    await world.advance(29_000)
    expect(aborted).toBe(false)
    await world.advance(2_000)
    expect(aborted).toBe(true)
    await world.advance(10_000)
    expect(texts(world)).toEqual(['a'])
  })
})

describe('a message that changes while it is on its way', () => {
  /** Holds the delivery under way until it is let go with a verdict. */
  function hold(world: World) {
    const { promise, resolve } = Promise.withResolvers<typeof away | undefined>()
    world.chat.answer = () => promise
    return (verdict: typeof away | undefined): void => {
      world.chat.answer = () => undefined
      resolve(verdict)
    }
  }

  test('is edited after it arrived', async () => {
    const world = await open()
    const release = hold(world)
    const id = post(world, 'old')
    await world.advance(100)
    world.store.outbox.revise(id, say('new'), world.clock.now())
    release(undefined)
    await world.advance(2_000)
    expect(world.chat.messages).toMatchObject([{ text: 'new', edits: 1 }])
  })

  test('goes out as it is now when it did not arrive', async () => {
    const world = await open()
    const release = hold(world)
    const id = post(world, 'old')
    await world.advance(100)
    world.store.outbox.revise(id, say('new'), world.clock.now())
    release(away)
    await world.advance(5_000)
    expect(world.chat.messages).toMatchObject([{ text: 'new', edits: 0 }])
  })

  test('an old edit that was put off never overwrites a new one', async () => {
    const world = await open()
    const id = post(world, 'first')
    await world.advance(1_000)
    const { promise, resolve } = Promise.withResolvers<void>()
    world.chat.answer = async () => {
      await promise
      world.chat.answer = () => undefined
      return { is: 'later', after: 3_000, why: 'pace', wholeBot: false }
    }
    world.store.outbox.revise(id, say('second'), world.clock.now())
    world.flow.poke()
    await world.advance(100)
    world.store.outbox.revise(id, say('third'), world.clock.now())
    resolve()
    await world.advance(20_000)
    expect(world.chat.messages).toMatchObject([{ text: 'third', edits: 1 }])
  })

  test('a crash in the middle sends it again rather than never', async () => {
    const world = await open()
    hold(world)
    post(world, 'a')
    await world.advance(100)
    await world.kill()
    world.chat.answer = () => undefined
    await world.start()
    await world.advance(2_000)
    expect(texts(world)).toContain('a')
  })
})
