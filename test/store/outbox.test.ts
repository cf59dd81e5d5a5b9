import { describe, expect, test } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import { at, freshStore, say } from './support.ts'

interface More {
  readonly sound?: boolean
  readonly notBefore?: number
  readonly replyTo?: number
  readonly chat?: number
}

const post = (
  store: Store,
  text: string,
  { sound = false, chat = 1, ...more }: More = {},
): number =>
  store.outbox.post({ kind: 'note', chat: { id: chat }, message: say(text), sound, at, ...more })

const textOf = (message: object): string =>
  /"text":"([^"]*)"/.exec(JSON.stringify(message))?.[1] ?? ''

/** Claims and delivers all that is due, and says what that was. */
function deliver(store: Store, now = at): string[] {
  const done: string[] = []
  for (let id = 1000; ; id++) {
    const due = store.outbox.claim(now)
    if (!due) return done
    done.push(`${due.op} ${textOf(due.message)}${due.sound ? ' loud' : ''}`)
    store.outbox.sent(due, due.notice.message ?? id, 0)
  }
}

describe('the outbox', () => {
  test('is first in, first out, loud ones first', () => {
    const store = freshStore()
    post(store, 'a')
    post(store, 'b')
    post(store, 'x', { sound: true })
    post(store, 'c')
    post(store, 'y', { sound: true })
    expect(store.outbox.depth()).toEqual({ waiting: 5, oldest: at })
    expect(deliver(store)).toEqual(['send x loud', 'send y loud', 'send a', 'send b', 'send c'])
    expect(store.outbox.depth()).toEqual({ waiting: 0, oldest: null })
    expect(store.outbox.soonest()).toBeNull()
  })

  test('each delivery is claimed once', () => {
    const store = freshStore()
    const id = post(store, 'a')
    expect(store.outbox.unsent(id)).toBe(true)
    expect(store.outbox.claim(at)).toMatchObject({ op: 'send', tries: 0, replyTo: null })
    expect(store.outbox.claim(at)).toBeUndefined()
    expect(store.outbox.unsent(id)).toBe(false)
    store.outbox.unclaim()
    expect(store.outbox.claim(at)).toMatchObject({ op: 'send', tries: 1 })
  })

  test('a message is said anew in place while it waits', () => {
    const store = freshStore()
    const id = post(store, 'a')
    post(store, 'b')
    store.outbox.revise(id, say('a2'), at)
    store.outbox.revise(id, say('a3'), at)
    expect(deliver(store)).toEqual(['send a3', 'send b'])
  })

  test('then by one edit that newer ones replace, and not without need', () => {
    const store = freshStore()
    const id = post(store, 'a')
    deliver(store)
    store.outbox.revise(id, say('a'), at)
    expect(store.outbox.depth().waiting).toBe(0)
    store.outbox.revise(id, say('b'), at)
    store.outbox.revise(id, say('c'), at)
    expect(deliver(store)).toEqual(['edit c'])
    store.outbox.revise(id, say('d'), at)
    store.outbox.revise(id, say('c'), at)
    expect(deliver(store)).toEqual(['edit c'])
  })

  test('an edit never overtakes its send', () => {
    const store = freshStore()
    const id = post(store, 'a', { notBefore: at + 50 })
    expect(store.outbox.claim(at)).toBeUndefined()
    const sending = store.outbox.claim(at + 50)
    store.outbox.revise(id, say('b'), at)
    expect(store.outbox.claim(at + 50)).toBeUndefined()
    expect(store.outbox.soonest()).toBeNull()
    if (!sending) throw new Error('it was due')
    store.outbox.sent(sending, 77, 0)
    expect(store.outbox.claim(at + 50)).toMatchObject({ op: 'edit', notice: { message: 77 } })
  })

  test('what is put off takes the newest words with it', () => {
    const store = freshStore()
    const id = post(store, 'a')
    const sending = store.outbox.claim(at)
    store.outbox.revise(id, say('b'), at)
    if (!sending) throw new Error('it was due')
    store.outbox.later(sending, at + 10)
    expect(store.outbox.soonest()).toBe(at + 10)
    expect(deliver(store, at + 9)).toEqual([])
    expect(deliver(store, at + 10)).toEqual(['send b'])
  })

  test('a sound given or taken before it left counts for its order and its notice', () => {
    const store = freshStore()
    post(store, 'a')
    const b = post(store, 'b')
    const c = post(store, 'c', { sound: true })
    store.outbox.revise(b, say('b'), at, true)
    store.outbox.revise(c, say('c'), at, false)
    expect(store.notices.get(b)).toMatchObject({ sound: true })
    expect(store.notices.get(c)).toMatchObject({ sound: false })
    expect(deliver(store)).toEqual(['send b loud', 'send a', 'send c'])
  })

  test('dropped and dead ones are gone with all that waited for them', () => {
    const store = freshStore()
    const a = post(store, 'a')
    store.outbox.drop(a)
    store.outbox.revise(a, say('again'), at)
    const b = post(store, 'b')
    const sending = store.outbox.claim(at)
    store.outbox.revise(b, say('b2'), at)
    if (!sending) throw new Error('it was due')
    store.outbox.dead(sending)
    expect(deliver(store)).toEqual([])
    expect(store.notices.get(a)).toMatchObject({ state: 'dropped' })
    expect(store.notices.get(b)).toMatchObject({ state: 'dead' })
    expect(store.notices.latest('note')).toBeUndefined()
  })

  test('an edit that can never arrive leaves its message as it is', () => {
    const store = freshStore()
    const id = post(store, 'a')
    deliver(store)
    store.outbox.revise(id, say('b'), at)
    const editing = store.outbox.claim(at)
    if (!editing) throw new Error('it was due')
    store.outbox.dead(editing)
    expect(store.notices.get(id)).toMatchObject({ state: 'sent', message: 1000 })
    store.outbox.revise(id, say('c'), at)
    expect(deliver(store)).toEqual(['edit c'])
  })

  test('an answer knows the message it answers', () => {
    const store = freshStore()
    const id = post(store, 'a')
    post(store, 'reply', { replyTo: id })
    deliver(store)
    post(store, 'again', { replyTo: id })
    expect(store.outbox.claim(at)).toMatchObject({ replyTo: 1000 })
  })

  test('a moved chat takes everything along, others stay', () => {
    const store = freshStore()
    const a = post(store, 'a', { chat: -5 })
    const b = post(store, 'b', { chat: 6 })
    store.notices.moveChat(-5, -1005)
    expect(store.notices.get(a)?.chat).toEqual({ id: -1005 })
    expect(store.notices.get(b)?.chat).toEqual({ id: 6 })
    store.notices.reroute(b, 9)
    expect(store.notices.get(b)?.chat).toEqual({ id: 9 })
  })

  test('a topic is kept, and lost with a move', () => {
    const store = freshStore()
    const id = store.outbox.post({
      kind: 'incident',
      chat: { id: -5, topic: 7 },
      message: say('a'),
      sound: true,
      at,
      detail: { some: ['thing'] },
    })
    expect(store.notices.latest('incident')).toMatchObject({
      chat: { id: -5, topic: 7 },
      sound: true,
      detail: { some: ['thing'] },
    })
    store.notices.describe(id, { other: 1 })
    store.notices.moveChat(-5, -6)
    expect(store.notices.get(id)).toMatchObject({ chat: { id: -6 }, detail: { other: 1 } })
  })
})
