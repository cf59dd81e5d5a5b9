import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unmet } from '../../../src/core/backup/expect.ts'

const query = 'SELECT 1'

describe('what a query of `expect` answers', () => {
  it('has to be within its limits', () => {
    expect(unmet({ query, atLeast: 1 }, 1)).toBeNull()
    expect(unmet({ query, atLeast: 1 }, 0)).toBe('answered 0, expected at least 1')
    expect(unmet({ query, atMost: 5, atLeast: 2 }, 6)).toBe('answered 6, expected at most 5')
  })

  it('may be a number in words, as databases hand out large ones', () => {
    expect(unmet({ query, atLeast: 9_000 }, '10000000000')).toBeNull()
    expect(unmet({ query, equals: 42 }, '42')).toBeNull()
    expect(unmet({ query, equals: 42 }, 42n)).toBeNull()
    expect(unmet({ query, equals: '42' }, 42)).toBeNull()
  })

  it.each([null, '', ' ', 'many', 'NaN'])('is no number: %j', (answer) => {
    expect(unmet({ query, atLeast: 0 }, answer)).toMatch(/expected a number$/)
    expect(unmet({ query, atMost: 1e9 }, answer)).toMatch(/expected a number$/)
    expect(unmet({ query, equals: 0 }, answer)).not.toBeNull()
  })

  it('has to be there where nothing more is said', () => {
    expect(unmet({ query }, 0)).toBeNull()
    expect(unmet({ query }, '')).toBeNull()
    expect(unmet({ query }, null)).toBe('answered nothing, expected a value')
  })

  it('has to be equal, word for word', () => {
    expect(unmet({ query, equals: 'ok' }, 'ok')).toBeNull()
    expect(unmet({ query, equals: 'ok' }, 'OK')).toBe('answered OK, expected ok')
    expect(unmet({ query, equals: 'ok' }, null)).toBe('answered nothing, expected ok')
  })

  it('is met by every number between the limits, and by no other', () => {
    const any = fc.integer({ min: -100, max: 100 })
    fc.assert(
      fc.property(any, any, any, fc.boolean(), (atLeast, atMost, value, inWords) => {
        const answer = inWords ? String(value) : value
        const met = unmet({ query, atLeast, atMost }, answer) === null
        expect(met).toBe(value >= atLeast && value <= atMost)
      }),
    )
  })
})
