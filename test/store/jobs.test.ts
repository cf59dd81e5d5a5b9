import { describe, expect, test } from 'vitest'
import { verbatim } from '../../src/contract/message.ts'
import { trailOf } from '../../src/store/jobs.ts'
import type { Store } from '../../src/store/store.ts'
import { at, freshStore } from './support.ts'

const day = 86_400_000
const end = { outcome: 'worked', ok: true, text: verbatim('✅ done') }

function job(store: Store, startedAt: number, took: number | null, subject = 'web'): number {
  const draft = { kind: 'deploy', subject, about: { ref: 'main' }, memory: { n: 1 } }
  const id = store.jobs.begin({ ...draft, startedAt, by: 'Asha', token: `t${startedAt}` })
  store.jobs.beginStep(id, 1, 'build', startedAt)
  if (took === null) return id
  const step = { step: 'build', begunAt: startedAt, endedAt: startedAt + took }
  store.jobs.endStep(id, 1, { ...step, end: 'done', output: 'built' })
  store.jobs.end(id, startedAt + took, end)
  return id
}

describe('jobs', () => {
  test('come back as they were written', () => {
    const store = freshStore()
    const id = job(store, at, null)
    store.jobs.remember(id, { n: 2 })
    store.jobs.setNotice(id, 7)
    expect(store.jobs.open()).toEqual([
      {
        id,
        kind: 'deploy',
        subject: 'web',
        about: { ref: 'main' },
        memory: { n: 2 },
        by: 'Asha',
        notice: 7,
        startedAt: at,
        endedAt: null,
        end: null,
      },
    ])
    expect(trailOf(store.jobs.steps(id))).toEqual([])
    store.jobs.end(id, at + 5, end)
    expect(store.jobs.open()).toEqual([])
    expect(store.jobs.get(id)).toMatchObject({ endedAt: at + 5, end })
    expect([store.jobs.hasToken(`t${at}`), store.jobs.hasToken('other')]).toEqual([true, false])
  })

  test('a step that could not be written down before it ran is written down after', () => {
    const store = freshStore()
    const id = job(store, at, null)
    const late = { step: 'sweep', begunAt: at, endedAt: at + 1, end: 'failed', output: '' } as const
    store.jobs.endStep(id, 2, { ...late, why: 'no room' })
    store.jobs.endStep(id, 1, { ...late, step: 'build', end: 'cut-short' })
    expect(trailOf(store.jobs.steps(id))).toEqual([
      { step: 'build', end: 'cut-short' },
      { step: 'sweep', end: 'failed', why: 'no room' },
    ])
  })

  test('say how long those took that went well, of one kind and subject', () => {
    const store = freshStore()
    job(store, at, 100)
    job(store, at + 1, 300)
    job(store, at + 2, 500, 'api')
    const failed = job(store, at + 3, null)
    store.jobs.end(failed, at + 4, { ...end, ok: false })
    expect(store.jobs.times('deploy', 'web', 20)).toEqual([300, 100])
    expect(store.jobs.begunAt('deploy', 'web')).toBe(at + 3)
    expect(store.jobs.begunAt('deploy', 'none')).toBeNull()
  })

  test('keep the output of the last 50, and of 30 days; the rest of them for 400', () => {
    const store = freshStore()
    const old = job(store, at - 401 * day, 10)
    const ids = Array.from({ length: 52 }, (_, i) => job(store, at - 31 * day + i * day, 10))
    const open = job(store, at - 500 * day, null)
    store.prune(at + 25 * day)
    const kept = ids.filter((id) => store.jobs.outputs(id).get(1) === 'built')
    expect(kept).toEqual(ids.filter((_, i) => i >= 26))
    store.prune(at - 10 * day)
    expect(store.jobs.get(old)).toBeUndefined()
    expect(store.jobs.steps(old)).toEqual([])
    expect(store.jobs.get(open)).toBeDefined()
    for (let i = 0; i < 60; i++) job(store, at + 100 + i, 10)
    store.prune(at + 1_000)
    const outputs = store.jobs.ended(200).filter(({ id }) => store.jobs.outputs(id).get(1) !== '')
    expect(outputs).toHaveLength(50)
  })

  test('did not end later than now when the clock is set back', () => {
    const store = freshStore()
    const id = job(store, at, 10)
    store.setBack(at - 1_000, 5_000)
    expect(store.jobs.get(id)).toMatchObject({ startedAt: at - 5_000, endedAt: at - 4_990 })
    expect(store.jobs.steps(id)[0]).toMatchObject({ begunAt: at - 5_000, endedAt: at - 4_990 })
  })

  test('nor was anything pushed later than that', () => {
    const store = freshStore()
    store.pushes.put('web', { commit: 'old', at, notice: 7 })
    store.setBack(at - 1_000, 5_000)
    store.pushes.put('web', { commit: 'new', at: at - 900, notice: 8 })
    expect(store.pushes.last('web')).toMatchObject({ commit: 'new' })
  })
})
