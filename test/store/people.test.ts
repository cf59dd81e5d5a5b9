import { describe, expect, test } from 'vitest'
import { t } from '../../src/contract/message.ts'
import type { Store } from '../../src/store/store.ts'
import { at, freshStore } from './support.ts'

const ask = (store: Store, token: string, when = at): void =>
  store.confirmations.create({
    token,
    userId: 7,
    chat: { id: -5, topic: 3 },
    action: { do: 'restart', service: 'web' },
    prepared: {
      action: { do: 'restart', service: 'web' },
      label: t('confirm-restart', { service: 'web' }),
      steps: ['pm2 restart web'],
    },
    at: when,
  })

describe('confirmations', () => {
  test('come back as they were asked', () => {
    const store = freshStore()
    ask(store, 'a')
    store.confirmations.setMessage('a', 55)
    expect(store.confirmations.get('a')).toMatchObject({
      userId: 7,
      chat: { id: -5, topic: 3 },
      messageId: 55,
      state: 'waiting',
      action: { do: 'restart', service: 'web' },
      prepared: { steps: ['pm2 restart web'] },
    })
    expect(store.confirmations.get('b')).toBeUndefined()
    expect(() => ask(store, 'a')).toThrow(/UNIQUE/)
  })

  test('each state is left by exactly one', () => {
    const store = freshStore()
    ask(store, 'a')
    const { move } = store.confirmations
    expect([move('a', 'waiting', 'claimed'), move('a', 'waiting', 'expired')]).toEqual([
      true,
      false,
    ])
    expect(move('a', 'claimed', 'done')).toBe(true)
    expect(move('a', 'claimed', 'done')).toBe(false)
    expect(move('b', 'waiting', 'claimed')).toBe(false)
    expect(store.confirmations.get('a')?.state).toBe('done')
  })

  test('old ones are found, and forgotten unless they are under way', () => {
    const store = freshStore()
    ask(store, 'a', at)
    ask(store, 'b', at + 10)
    ask(store, 'c', at)
    store.confirmations.move('c', 'waiting', 'claimed')
    const tokens = (time: number): string[] =>
      store.confirmations.askedBefore('waiting', time).map(({ token }) => token)
    expect([tokens(at - 1), tokens(at), tokens(at + 10)]).toEqual([[], ['a'], ['a', 'b']])
    store.confirmations.forgetBefore(at + 20)
    expect(['a', 'b', 'c'].map((token) => store.confirmations.get(token)?.state)).toEqual([
      undefined,
      undefined,
      'claimed',
    ])
  })
})

describe('silences', () => {
  test('one for each name, the newest counts, until it ends', () => {
    const store = freshStore()
    store.silences.put({ check: 'a', until: at + 10, by: 'Asha', at })
    store.silences.put({ check: 'a', until: at + 20, by: 'Ben', at })
    store.silences.put({ check: 'all', until: at + 5, by: 'Ben', at })
    expect(store.silences.current(at).map(({ check }) => check)).toEqual(['all', 'a'])
    expect(store.silences.current(at + 5)).toEqual([{ check: 'a', until: at + 20, by: 'Ben', at }])
    expect(store.silences.remove('a')).toBe(true)
    expect(store.silences.remove('a')).toBe(false)
    expect(store.silences.current(at + 5)).toEqual([])
  })
})

describe('the audit', () => {
  test('counts repeats in one line, and only those in a row', () => {
    const store = freshStore()
    const knock = (who: string, when: number): void =>
      store.audit.add({ at: when, who, what: '/start', result: 'ignored' })
    knock('stranger 9', at)
    knock('stranger 9', at + 1)
    knock('stranger 9', at + 2)
    knock('stranger 8', at + 3)
    knock('stranger 9', at + 4)
    expect(store.audit.recent(10)).toEqual([
      { at: at + 4, who: 'stranger 9', what: '/start', result: 'ignored' },
      { at: at + 3, who: 'stranger 8', what: '/start', result: 'ignored' },
      { at: at + 2, who: 'stranger 9', what: '/start (3×)', result: 'ignored' },
    ])
    expect(store.audit.recent(1)).toHaveLength(1)
  })
})

describe('knocks', () => {
  const hour = 3_600_000
  const knock = (store: Store, id: number, what: string, when: number): boolean =>
    store.audit.knock({ at: when, who: `stranger ${id}`, what, result: 'ignored' })

  test('of an hour are one row a stranger, whatever else happens between them', () => {
    const store = freshStore()
    const first = [
      knock(store, 9, '/start', at),
      knock(store, 8, 'button', at + 1),
      knock(store, 9, 'message', at + 2),
    ]
    store.audit.add({ at: at + 3, who: 'Asha', what: '/status', result: 'done' })
    expect([...first, knock(store, 9, '/start', at + hour - 1)]).toEqual([true, true, false, false])
    expect(store.audit.recent(10)).toEqual([
      { at: at + 3, who: 'Asha', what: '/status', result: 'done' },
      { at: at + 1, who: 'stranger 8', what: 'button', result: 'ignored' },
      { at, who: 'stranger 9', what: '/start (3×)', result: 'ignored' },
    ])
  })

  test('without an end begin a row each hour', () => {
    const store = freshStore()
    const minutes = Array.from({ length: 121 }, (_, minute) => minute)
    const begun = minutes.filter((minute) => knock(store, 9, `${minute % 2}`, at + minute * 60_000))
    expect(begun).toEqual([0, 60, 120])
    expect(store.audit.recent(10).map(({ what }) => what)).toEqual(['0', '1 (60×)', '1 (60×)'])
  })
})

describe('chats', () => {
  test('an update is known from when it is marked until it is forgotten', () => {
    const { chat } = freshStore()
    expect(chat.wasSeen(1)).toBe(false)
    chat.markSeen(1, at)
    chat.markSeen(1, at)
    expect([1, 2].map(chat.wasSeen)).toEqual([true, false])
    chat.forgetUpdatesBefore(at + 1)
    expect(chat.wasSeen(1)).toBe(false)
  })

  test('conversations are kept as text', () => {
    const { conversations } = freshStore().chat
    expect(conversations.read('k')).toBeUndefined()
    conversations.write('k', '{"a":1}')
    conversations.write('k', '{"a":2}')
    expect(conversations.read('k')).toBe('{"a":2}')
    conversations.delete('k')
    expect(conversations.read('k')).toBeUndefined()
  })
})
