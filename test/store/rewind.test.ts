import { expect, test } from 'vitest'
import type { Step } from '../../src/contract/fix.ts'
import { at, freshStore, say } from './support.ts'

const hour = 3_600_000

/** What a clock that was a day ahead wrote, after it was set back. */
function written() {
  const store = freshStore()
  const ahead = at + 24 * hour
  const steps: readonly Step[] = []
  const begun = { incident: 1, target: 'k', fix: 'f', number: 1, steps, startedAt: ahead }
  const attempt = store.attempts.begin({ ...begun, token: null })
  store.attempts.progress(attempt, { state: 'failed', endedAt: ahead + 1 })
  store.attempts.exhaust('k', ahead)
  store.silences.put({ check: 'disk', until: ahead + hour, by: 'Asha', at: ahead })
  store.outbox.post({
    kind: 'note',
    chat: { id: 1 },
    message: say('x'),
    sound: false,
    at: ahead,
    notBefore: ahead + 100,
  })
  return store
}

test('what lies in the future after the clock was set back counts from now', () => {
  const store = written()
  expect(store.outbox.claim(at)).toBeUndefined()
  store.rewind(at)
  expect(store.attempts.exhaustedAt('k')).toBe(at)
  expect(store.attempts.startsSince('f', at - hour)).toEqual([at])
  expect(store.attempts.ofIncident(1)).toMatchObject([{ startedAt: at, endedAt: at }])
  expect(store.silences.current(at)).toMatchObject([{ at, until: at + hour }])
  expect(store.outbox.claim(at)).toBeDefined()
})

test('what lies in the past stays as it is', () => {
  const store = written()
  store.rewind(at + 48 * hour)
  expect(store.attempts.exhaustedAt('k')).toBe(at + 24 * hour)
  expect(store.silences.current(at)).toMatchObject([{ until: at + 25 * hour }])
})
