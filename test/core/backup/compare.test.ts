import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { differences } from '../../../src/core/backup/compare.ts'

const anyCounts = fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.nat(100))

describe('rows that were restored', () => {
  it('are equal, or named where they are not', () => {
    expect(differences({ users: 3, orders: 0 }, { orders: 0, users: 3 })).toBeNull()
    expect(differences({ users: 3 }, { users: 2 })).toBe('users has 2 of 3 rows')
    expect(differences({ users: 3 }, {})).toBe('users has no of 3 rows')
  })

  it('may have tables that nobody counted before', () => {
    expect(differences({ users: 3 }, { users: 3, logs: 9 })).toBeNull()
    expect(differences({}, { users: 3 })).toBeNull()
  })

  it('are not compared in tables that there was no time to count', () => {
    expect(differences({ users: 3, logs: 9 }, { users: 3 }, ['logs'])).toBeNull()
    expect(differences({ users: 3, logs: 9 }, { users: 2 }, ['logs'])).toBe('users has 2 of 3 rows')
  })

  it('differ in any one table', () => {
    fc.assert(
      fc.property(anyCounts, fc.nat(), (counts, pick) => {
        expect(differences(counts, counts)).toBeNull()
        const tables = Object.keys(counts)
        const table = tables[pick % Math.max(1, tables.length)]
        if (table === undefined) return
        expect(differences(counts, { ...counts, [table]: (counts[table] ?? 0) + 1 })).toContain(
          table,
        )
      }),
    )
  })

  it('are named up to three', () => {
    const counts = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`t${at}`, 1]))
    expect(differences(counts, {})).toMatch(/, and 6 more tables differ$/)
  })
})
