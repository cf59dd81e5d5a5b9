import { describe, expect, test } from 'vitest'
import type { Step } from '../../src/contract/fix.ts'
import { incidentKey } from '../../src/core/incident.ts'
import { at, draft, freshStore, say } from './support.ts'

describe('a transaction', () => {
  test('that throws leaves nothing of any table behind', () => {
    const store = freshStore()
    expect(() =>
      store.atomically(() => {
        store.incidents.add(draft())
        store.events.add({ at, kind: 'k', reason: 'r' })
        store.meta.set('a', 1)
        store.subjects.put('disk@main', 'threshold:/', at, {
          'warning: > 85%': { bad: 1, held: 0, good: 0, active: false },
        })
        store.atomically(() => store.meta.set('b', 1))
        throw new Error('stop')
      }),
    ).toThrow('stop')
    expect(store.incidents.recent(5)).toEqual([])
    expect(store.events.recent(5)).toEqual([])
    expect(store.subjects.of('disk@main')).toEqual([])
    expect([store.meta.number('a'), store.meta.number('b')]).toEqual([null, null])
  })

  test('inside another one that fails is undone alone where its error is caught', () => {
    const store = freshStore()
    store.atomically(() => {
      store.meta.set('outer', 1)
      expect(() =>
        store.atomically(() => {
          store.meta.set('inner', 1)
          throw new Error('stop')
        }),
      ).toThrow('stop')
    })
    expect([store.meta.number('outer'), store.meta.number('inner')]).toEqual([1, null])
  })
})

describe('incidents', () => {
  test('come back as they were written', () => {
    const store = freshStore()
    const full = draft({
      acknowledged: { by: 'Asha', at: at + 5 },
      remedy: { fix: 'f', phase: 'backing-off', attempt: 2, of: 3, next: at + 9, result: 'no' },
      told: 'yes',
      toldAt: at + 1,
      reminders: 2,
      remindedAt: at + 3,
      value: null,
      service: 'web',
    })
    const added = store.incidents.add(full)
    expect(store.incidents.get(added.id)).toEqual({ id: added.id, ...full })
    expect(added).toEqual({ id: added.id, ...full })
  })

  test('only one of a key is open; after its end the next may begin', () => {
    const store = freshStore()
    const first = store.incidents.add(draft())
    expect(() => store.incidents.add(draft())).toThrow(/UNIQUE/)
    for (const other of [{ subject: '/var' }, { cause: 'unknown' }, { host: 'edge' }] as const)
      expect(() => store.incidents.add(draft(other))).not.toThrow()
    store.incidents.save({ ...first, endedAt: at + 1, ending: 'recovered' })
    const second = store.incidents.add(draft())
    expect(store.incidents.openByKey(incidentKey(second))?.id).toBe(second.id)
    expect(second.id).toBeGreaterThan(first.id)
  })

  test('are listed open, ended since, recent, and by their message', () => {
    const store = freshStore()
    const [a, b, c] = ['a', 'b', 'c'].map((check, i) =>
      store.incidents.add(draft({ check, notice: i === 2 ? null : 7 })),
    )
    if (!a || !b || !c) throw new Error('three were added')
    store.incidents.save({ ...b, endedAt: at + 20, ending: 'fixed' })
    store.incidents.save({ ...a, endedAt: at + 10, ending: 'gone' })
    const ids = (all: readonly { id: number }[]): number[] => all.map(({ id }) => id)
    expect(ids(store.incidents.open())).toEqual([c.id])
    expect(ids(store.incidents.endedSince(at, 10))).toEqual([a.id, b.id])
    expect(ids(store.incidents.endedSince(at + 10, 10))).toEqual([b.id])
    expect(ids(store.incidents.endedSince(at, 1))).toEqual([b.id])
    expect(ids(store.incidents.recent(2))).toEqual([c.id, b.id])
    expect(ids(store.incidents.ofNotice(7))).toEqual([a.id, b.id])
    expect(store.incidents.totals()).toContainEqual({ cause: 'threshold', ending: null, n: 1 })
    expect(store.incidents.get(99)).toBeUndefined()
  })
})

describe('attempts', () => {
  const steps: readonly Step[] = [{ show: 'rm -r "x"', act: { path: ['x', 1, null] } }]
  const about = { incident: 1, target: 'k', fix: 'sweep', number: 1 }
  const begun = { ...about, steps, startedAt: at, token: null }

  test('come back as they were written, step by step', () => {
    const store = freshStore()
    const attempt = store.attempts.begin({ ...begun, before: 'full', by: 'Asha', token: 't' })
    expect(store.attempts.get(attempt.id)).toEqual(attempt)
    const acted = store.attempts.progress(attempt, {
      state: 'verifying',
      actedAt: at + 5,
      result: 'freed',
    })
    expect(store.attempts.byToken('t')).toEqual(acted)
    expect(store.attempts.unfinished()).toEqual([acted])
    const ended = store.attempts.progress(acted, {
      state: 'verified',
      endedAt: at + 9,
      after: 'fine',
    })
    expect(store.attempts.get(attempt.id)).toEqual(ended)
    expect(store.attempts.unfinished()).toEqual([])
    expect(store.attempts.endedSince(at, 5)).toEqual([ended])
    expect(store.attempts.totals()).toEqual([{ fix: 'sweep', state: 'verified', n: 1 }])
  })

  test('a token is used once', () => {
    const store = freshStore()
    store.attempts.begin({ ...begun, token: 't' })
    expect(() => store.attempts.begin({ ...begun, token: 't' })).toThrow(/UNIQUE/)
    store.attempts.begin(begun)
    store.attempts.begin(begun)
    expect(store.attempts.ofIncident(1)).toHaveLength(3)
  })

  test('starts of the bot itself are counted, those of operators not', () => {
    const store = freshStore()
    store.attempts.begin({ ...begun, startedAt: at + 3 })
    store.attempts.begin({ ...begun, startedAt: at + 1 })
    store.attempts.begin({ ...begun, startedAt: at + 2, by: 'Ben' })
    store.attempts.begin({ ...begun, fix: 'other', startedAt: at + 2 })
    expect(store.attempts.startsSince('sweep', at)).toEqual([at + 1, at + 3])
    expect(store.attempts.startsSince('sweep', at + 1)).toEqual([at + 3])
  })

  test('exhaustion is remembered by what it was about', () => {
    const store = freshStore()
    expect(store.attempts.exhaustedAt('k')).toBeNull()
    store.attempts.exhaust('k', at)
    store.attempts.exhaust('k', at + 1)
    expect(store.attempts.exhaustedAt('k')).toBe(at + 1)
    expect(store.attempts.exhaustedAt('l')).toBeNull()
  })
})

describe('what is old', () => {
  const day = 86_400_000
  const later = at + 401 * day

  test('is forgotten, what is open or still to be told is not', () => {
    const store = freshStore()
    const chat = { id: 1 }
    const post = (): number =>
      store.outbox.post({ kind: 'incident', chat, message: say(''), sound: false, at })
    const [shown, gone, waiting] = [post(), post(), post()]
    for (const id of [shown, gone]) {
      const due = store.outbox.claim(at)
      if (due) store.outbox.sent(due, id, 0)
    }
    store.outbox.revise(shown, say('x'), at)
    const open = store.incidents.add(draft({ notice: shown }))
    const ended = store.incidents.add(draft({ check: 'b', endedAt: at, ending: 'gone' }))
    const young = store.incidents.add(draft({ check: 'c', endedAt: later - 1, ending: 'gone' }))
    const steps: readonly Step[] = []
    const begun = { incident: 1, target: 'k', fix: 'f', number: 1, steps, startedAt: at }
    const attempt = store.attempts.begin({ ...begun, token: null })
    store.events.add({ at, kind: 'k', reason: 'r' })
    store.audit.add({ at, who: 'a', what: 'b', result: 'c' })
    store.prune(at + 399 * day)
    expect(store.incidents.recent(9)).toHaveLength(3)
    store.prune(later)
    expect(store.incidents.get(open.id)).toBeDefined()
    expect(store.incidents.get(ended.id)).toBeUndefined()
    expect(store.incidents.get(young.id)).toBeDefined()
    expect(store.attempts.get(attempt.id)).toBeDefined()
    expect(store.events.recent(9)).toEqual([])
    expect(store.audit.recent(9)).toEqual([])
    expect([shown, waiting, gone].map((id) => store.notices.get(id) !== undefined)).toEqual([
      true,
      true,
      false,
    ])
  })
})

describe('subjects, events and values', () => {
  test('a calm subject is forgotten, the others come back', () => {
    const store = freshStore()
    const state = { 'warning: > 85%': { bad: 2, held: 10, good: 0, active: true } }
    store.subjects.put('disk@main', 'threshold:/a\u001fb:c', at, state)
    store.subjects.put('disk@main', 'threshold:/', at, state)
    store.subjects.put('disk@main', 'threshold:/', at + 1, {})
    store.subjects.put('disk@mainframe', 'threshold:/', at, state)
    expect(store.subjects.of('disk@main')).toEqual([
      { subject: 'threshold:/a\u001fb:c', at, state },
    ])
  })

  test('events keep their order and their detail', () => {
    const store = freshStore()
    store.events.add({ at, kind: 'a', reason: 'r', incident: 4, detail: { deep: [1, null] } })
    store.events.add({ at: at - 5, kind: 'b', reason: 'r', target: 't', actor: 'Asha' })
    expect(store.events.recent(5)).toMatchObject([
      { kind: 'b', target: 't', actor: 'Asha', incident: null, detail: {} },
      { kind: 'a', detail: { deep: [1, null] } },
    ])
    expect(store.events.ofIncident(4)).toHaveLength(1)
  })

  test('named values are set, replaced and cleared', () => {
    const store = freshStore()
    expect(store.meta.number('a')).toBeNull()
    store.meta.set('a', at + 0.5)
    expect(store.meta.number('a')).toBe(at + 0.5)
    store.meta.set('a', 0)
    expect(store.meta.number('a')).toBe(0)
    store.meta.clear('a')
    expect(store.meta.number('a')).toBeNull()
  })
})
