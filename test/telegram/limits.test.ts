import fc from 'fast-check'
import { expect, test } from 'vitest'
import { spend, telegramLimits } from '../../src/standin/limits.ts'
import type { Bucket } from '../../src/standin/limits.ts'
import { createPace } from '../../src/telegram/limits.ts'
import { manualClock } from './support.ts'

const person = 1001
const group = -5001

test('a burst passes, then one a second', () => {
  const clock = manualClock()
  const pace = createPace(clock)
  for (let i = 0; i < 5; i++) {
    expect(pace.ready(person)).toBe(0)
    pace.took(person)
  }
  expect(pace.ready(person)).toBe(1000)
  clock.advance(999)
  expect(pace.ready(person)).toBe(1)
  clock.advance(1)
  expect(pace.ready(person)).toBe(0)
})

test('one chat does not hold up another, a hold holds up all', () => {
  const clock = manualClock()
  const pace = createPace(clock)
  for (let i = 0; i < 5; i++) pace.took(person)
  expect(pace.ready(1002)).toBe(0)
  pace.hold(3000)
  expect(pace.ready(1002)).toBe(3000)
  clock.advance(3000)
  expect(pace.ready(1002)).toBe(0)
})

test('whoever waits as told never meets a limit of Telegram, killed again and again or not', () => {
  const chats = fc.constantFrom(person, 1002, 1003, 1004, group, -5002)
  const killed = fc.integer({ min: 0, max: 5 }).map((n) => n === 0)
  const wish = fc.record({ chat: chats, later: fc.integer({ min: 0, max: 400 }), killed })
  fc.assert(
    fc.property(fc.array(wish, { minLength: 50, maxLength: 300 }), (wishes) => {
      const clock = manualClock()
      let pace = createPace(clock)
      const buckets = new Map<string, Bucket>()
      for (const { chat, later, killed: again } of wishes) {
        clock.advance(later)
        if (again) pace = createPace(clock, true)
        for (let wait = pace.ready(chat); wait > 0; wait = pace.ready(chat)) clock.advance(wait)
        pace.took(chat)
        const keys = ['all', String(chat)]
        const rates = [
          telegramLimits.all,
          chat < 0 ? telegramLimits.group : telegramLimits.privateChat,
        ]
        const meters = rates.map((rate, i) => ({ rate, bucket: buckets.get(keys[i] ?? '') }))
        const spent = spend(meters, clock.monotonic())
        spent.buckets.forEach((bucket, i) => buckets.set(keys[i] ?? '', bucket))
        expect(spent.retryAfter).toBe(0)
      }
    }),
    { numRuns: 50 },
  )
})

test('no window of a minute holds more than 20 messages to a group', () => {
  const clock = manualClock()
  const pace = createPace(clock)
  const sent: number[] = []
  while (clock.monotonic() < 300_000) {
    clock.advance(pace.ready(group))
    pace.took(group)
    sent.push(clock.monotonic())
  }
  const windows = sent.map((from) => sent.filter((at) => at >= from && at < from + 60_000).length)
  expect(Math.max(...windows)).toBeLessThanOrEqual(20)
})
