import { createRequire } from 'node:module'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createReader, encode } from '../../../src/managers/pm2/amp.ts'

/** PM2's own implementation, as the oracle. */
const Message = createRequire(import.meta.resolve('pm2'))('amp-message') as new (args: unknown) => {
  args: unknown[]
  toBuffer(): Buffer
}

const json = fc.jsonValue().filter((value) => typeof value !== 'string')
const messages = fc.array(fc.array(fc.oneof(fc.string(), json), { minLength: 1, maxLength: 15 }), {
  maxLength: 5,
})

const cut = (whole: Buffer, sizes: readonly number[]): readonly Buffer[] => {
  const parts: Buffer[] = []
  let at = 0
  for (let turn = 0; at < whole.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1
    parts.push(whole.subarray(at, at + size))
    at += size
  }
  return parts
}

const readAll = (whole: Buffer, sizes: readonly number[], wanted = { max: 1e6 }) => {
  const got: (readonly unknown[] | null)[] = []
  const feed = createReader(wanted, (args) => got.push(args))
  for (const part of cut(whole, sizes)) feed(part)
  return got
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('AMP', () => {
  it('reads what PM2 writes, however it is cut', () => {
    fc.assert(
      fc.property(
        messages,
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (all, sizes) => {
          const whole = Buffer.concat(all.map((args) => new Message(args).toBuffer()))
          expect(readAll(whole, sizes)).toEqual(plain(all))
        },
      ),
    )
  })

  it('writes what PM2 reads', () => {
    fc.assert(
      fc.property(messages, (all) => {
        for (const args of all) expect(new Message(encode(args)).args).toEqual(plain(args))
      }),
    )
  })

  it('passes over unwanted topics and what is too large, and finds its way again', () => {
    const large = 'x'.repeat(2000)
    const all = [['no', large], ['yes', 1], ['yes', large], ['no'], ['yes', 2]]
    const whole = Buffer.concat(all.map(encode))
    for (const size of [1, 3, 500, 10_000]) {
      const wanted = { max: 1000, topic: (first: unknown) => first === 'yes' }
      expect(readAll(whole, [size], wanted)).toEqual([['yes', 1], null, ['yes', 2]])
    }
  })

  it('does not keep what it passes over', async () => {
    const feed = createReader({ max: 10 }, () => undefined)
    feed(Buffer.from([0x11, 0x7f, 0xff, 0xff, 0xff]))
    const chunks = Array.from({ length: 10 }, () => {
      const chunk = Buffer.alloc(1024 * 1024)
      feed(chunk)
      return new WeakRef(chunk)
    })
    // A weak reference holds until the turn in which it was made is over.
    await new Promise((resolve) => setImmediate(resolve))
    setFlagsFromString('--expose-gc')
    runInNewContext('gc')()
    expect(chunks.filter((chunk) => chunk.deref() !== undefined)).toEqual([])
    feed(Buffer.alloc(1))
  })

  it('refuses another protocol', () => {
    expect(() => readAll(Buffer.from('HTTP/1.1 200 OK'), [100])).toThrow('not a PM2 socket')
  })
})
