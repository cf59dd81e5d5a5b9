import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { companionsOf, databaseBeside, outermost } from '../../../src/core/restore/names.ts'
import { stampOf, timeWords, wantedOf } from '../../../src/core/restore/wanted.ts'

const now = Date.parse('2026-11-22T10:00:00Z')
const at = (text: string, zone = 'Europe/Berlin') => wantedOf(text, zone, now)
const time = (iso: string) => ({ is: 'time', at: Date.parse(iso) })

describe('what is wanted', () => {
  test('is read again from the words that are told of it', () => {
    // Not the hour that comes twice, of which words mean the first.
    for (const iso of ['2026-07-01T01:02:03Z', '2026-11-22T00:59:59Z', '2026-03-29T01:00:00Z'])
      expect(at(timeWords(Date.parse(iso), 'Europe/Berlin'))).toEqual(time(iso))
  })

  test.each([
    ['latest', { is: 'latest' }],
    [' Newest ', { is: 'latest' }],
    ['1a2b3c4d', { is: 'snapshot', id: '1a2b3c4d' }],
    ['1A2B3C4D', { is: 'snapshot', id: '1a2b3c4d' }],
    ['20261121', { is: 'snapshot', id: '20261121' }],
    ['2026-11-21 03:00', time('2026-11-21T02:00:00Z')],
    ['2026-11-21t3:00:15', time('2026-11-21T02:00:15Z')],
    ['10:59', time('2026-11-22T09:59:00Z')],
    ['11:01', time('2026-11-21T10:01:00Z')],
    ['2026-10-25 02:30', time('2026-10-25T00:30:00Z')],
  ])('%s', (text, wanted) => expect(at(text)).toEqual(wanted))

  test.each([
    '',
    'yesterday',
    '1a2b',
    '2026-02-30 03:00',
    '2026-11-21 25:00',
    '25:00',
    '2026-11-21',
  ])('%j is nothing', (text) => expect(at(text)).toBe(null))

  test('any text is read or refused, never thrown at', () => {
    fc.assert(fc.property(fc.string(), (text) => void at(text)))
    const odd = fc.stringMatching(/^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{1,2}:[0-9]{2}$/)
    fc.assert(fc.property(odd, (text) => void at(text)))
  })
})

test('a stamp tells the local time', () => {
  const moment = timeWords(now + 38_500, 'Asia/Kolkata')
  expect(moment).toBe('2026-11-22 15:30:38')
  expect(wantedOf(moment, 'Asia/Kolkata', now)).toEqual({ is: 'time', at: now + 38_000 })
  expect(stampOf(now, 'Asia/Kolkata')).toBe('20261122-153000')
})

describe('names', () => {
  test('of databases are never cut by PostgreSQL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }), (name) => {
        const beside = databaseBeside(name, '_before_20261122-153000')
        expect(new TextEncoder().encode(beside).length).toBeLessThanOrEqual(63)
        expect(beside.endsWith('_before_20261122-153000')).toBe(true)
      }),
    )
    expect(databaseBeside('app', '_new')).toBe('app_new')
  })

  test('that lie in others are left out', () => {
    expect(outermost(['/a/b', '/a', '/ab', '/c/d', '/c/d', '/c/d/e'])).toEqual([
      '/a',
      '/ab',
      '/c/d',
    ])
    expect(outermost(['/', '/a'])).toEqual(['/'])
  })

  test('of what belongs to a SQLite database', () => {
    expect(companionsOf('/x.db')).toEqual(['/x.db-wal', '/x.db-shm', '/x.db-journal'])
  })
})
