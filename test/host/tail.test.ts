import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { createTail } from '../../src/host/tail.ts'

test('keeps the last bytes, whatever the pieces', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 50, max: 127 })),
      fc.integer({ min: 1, max: 40 }),
      (pieces, keep) => {
        const tail = createTail(keep)
        for (const piece of pieces) tail.push(piece)
        expect(tail.text()).toBe(Buffer.concat(pieces).subarray(-keep).toString('latin1'))
      },
    ),
  )
})

test('a character cut in two at the start is left out, one at the start of everything is not', () => {
  const tail = createTail(5)
  tail.push(Buffer.from('x€€'))
  expect(tail.text()).toBe('€')
  const whole = createTail(100)
  whole.push(Buffer.from('€€'))
  expect(whole.text()).toBe('€€')
})

test('does not hold on to what it has dropped', async () => {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const tail = createTail(10)
  const before = process.memoryUsage().arrayBuffers
  for (let count = 0; count < 200; count += 1) tail.push(Buffer.alloc(1024 * 1024, 'a'))
  // The collector frees buffers on threads of its own, so that it may take more than one look.
  await vi.waitFor(
    () => {
      collect()
      const held = process.memoryUsage().arrayBuffers - before
      if (held > 5 * 1024 * 1024) throw new Error(`${held} bytes are still held`)
    },
    { timeout: 15_000, interval: 20 },
  )
  expect(tail.text()).toBe('aaaaaaaaaa')
})
