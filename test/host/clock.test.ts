import { expect, test } from 'vitest'
import { systemClock } from '../../src/host/clock.ts'

test('a timer runs once, in its own time, and not when it was called off', async () => {
  const ran: string[] = []
  const done = Promise.withResolvers<void>()
  systemClock.after(1, () => ran.push('called off')).cancel()
  systemClock.after(30, () => done.resolve())
  systemClock.after(1, () => ran.push('early'))
  await done.promise
  expect(ran).toEqual(['early'])
})

test('a delay longer than a timer can hold does not fire at once', async () => {
  let ran = false
  const timer = systemClock.after(2 ** 40, () => {
    ran = true
  })
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(ran).toBe(false)
  timer.cancel()
})

test('the two clocks go forward', () => {
  const before = systemClock.monotonic()
  expect(systemClock.monotonic()).toBeGreaterThanOrEqual(before)
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(60_000)
})
