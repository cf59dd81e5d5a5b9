import { expect, test } from 'vitest'
import { hasJustEnded, portOf } from '../src/port.ts'
import { at, freshStore } from './store/support.ts'
import { asha, manualClock, memoryLog } from './telegram/support.ts'

test('a stranger gets one line of the log an hour, and none of any length in the audit', () => {
  const store = freshStore()
  const log = memoryLog()
  const port = portOf(store, manualClock(at), log)
  const knock = (what: string, when: number): void => port.stranger({ id: 9, what, at: when })
  knock('x'.repeat(4000), at)
  expect(store.audit.recent(9)).toMatchObject([{ what: `${'x'.repeat(59)}…` }])
  knock('a', at + 1)
  knock('b', at + 2)
  expect(store.audit.recent(9)).toMatchObject([{ who: 'stranger 9', what: 'b (3×)' }])
  expect(log.lines).toHaveLength(1)
  knock('c', at + 3_600_000)
  expect(log.lines).toHaveLength(2)
})

test('a database that cannot be written stops nobody from being answered', () => {
  const store = freshStore()
  const log = memoryLog()
  const port = portOf(store, manualClock(at), log)
  store.close()
  expect(port.wasSeen(1)).toBe(false)
  port.markSeen(1)
  port.audit({ operator: asha, what: '/status', result: 'done', updateId: 1 })
  port.stranger({ id: 9, what: 'a', at })
  expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(4)
})

test('what a run sent that ended lately counts still, however it ended', () => {
  const { meta, ...store } = freshStore()
  const spent = (now: number): boolean => hasJustEnded({ meta, ...store }, now)
  expect(spent(at)).toBe(false)
  meta.set('alive-at', at)
  expect([spent(at + 65_000), spent(at + 66_000)]).toEqual([true, false])
  meta.set('stopped-at', at + 60_000)
  expect([spent(at + 120_000), spent(at + 126_000)]).toEqual([true, false])
})
