import { expect, test } from 'vitest'
import { createGuard } from '../../src/host/guard.ts'
import { fakeClock } from '../support/clock.ts'

const never = (): Promise<never> => new Promise(() => {})

test('passes on what is answered in time, and what is thrown', async () => {
  const guard = createGuard(fakeClock())
  await expect(guard('/', () => Promise.resolve(1))).resolves.toBe(1)
  await expect(guard('/', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
})

test('waits no longer than the limit, and does not ask again what is stuck', async () => {
  const clock = fakeClock()
  const guard = createGuard(clock)
  const first = guard('/mnt', never)
  clock.advance(5000)
  await expect(first).rejects.toThrow('/mnt did not answer within 5000 ms')
  let asked = false
  const again = guard('/mnt', async () => {
    asked = true
  })
  await expect(again).rejects.toThrow('no answer yet from /mnt')
  expect(asked).toBe(false)
  await expect(guard('/', () => Promise.resolve('fine'))).resolves.toBe('fine')
})

test('asks again once the stuck call came back', async () => {
  const clock = fakeClock()
  const guard = createGuard(clock)
  const late = Promise.withResolvers<void>()
  const first = guard('/mnt', () => late.promise)
  clock.advance(5000)
  await expect(first).rejects.toThrow('did not answer')
  late.resolve()
  await new Promise((resolve) => setImmediate(resolve))
  await expect(guard('/mnt', () => Promise.resolve('back'))).resolves.toBe('back')
  expect(clock.pending()).toBe(0)
})

test('leaves a worker thread for others', async () => {
  const clock = fakeClock()
  const guard = createGuard(clock)
  const stuck = ['/a', '/b', '/c'].map((path) => guard(path, never))
  clock.advance(5000)
  for (const one of stuck) await expect(one).rejects.toThrow('did not answer')
  await expect(guard('/', () => Promise.resolve())).rejects.toThrow('no answer yet from /a, /b, /c')
})
