import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pageLines, readJournal } from '../../../src/managers/systemd/journal.ts'

const entry = (n: number, more: object = {}): string =>
  JSON.stringify({
    __CURSOR: `s=1;i=${n}`,
    __REALTIME_TIMESTAMP: String(1_769_825_411_000_000 + n * 1000),
    PRIORITY: '6',
    MESSAGE: `line ${n}`,
    ...more,
  })

test('entries are lines, with the cursor of the last', () => {
  const out = [entry(1), entry(2, { PRIORITY: '3' }), ''].join('\n')
  expect(readJournal(out, null)).toEqual({
    lines: [
      { text: 'line 1', at: 1_769_825_411_001, error: false },
      { text: 'line 2', at: 1_769_825_411_002, error: true },
    ],
    cursor: 's=1;i=2',
    skipped: false,
  })
})

test('nothing new leaves the cursor where it was', () => {
  for (const out of ['', '\n', '-- No entries --\n'])
    expect(readJournal(out, 'x')).toEqual({ lines: [], cursor: 'x', skipped: false })
})

test('bytes that are no UTF-8, and messages that are too long', () => {
  const { lines } = readJournal(
    [entry(1, { MESSAGE: [104, 105, 255] }), entry(2, { MESSAGE: null })].join('\n'),
    null,
  )
  expect(lines.map(({ text }) => text)).toEqual(['hi\uFFFD', ''])
})

test('a cut first line and a full page mean that something is missing', () => {
  expect(readJournal(`"MESSAGE":"x"}\n${entry(1)}\n`, null)).toMatchObject({ skipped: true })
  const full = Array.from({ length: pageLines }, (_, n) => entry(n)).join('\n')
  expect(readJournal(full, null).skipped).toBe(true)
})

test('whatever is printed, a cursor is never lost', () => {
  const junk = fc.oneof(fc.string(), fc.json(), fc.constantFrom(entry(1), '{}', '[]', 'null'))
  fc.assert(
    fc.property(fc.array(junk), (printed) => {
      const { cursor, lines } = readJournal(printed.join('\n'), 'before')
      expect(cursor).toMatch(/^(?:before|s=1;i=1)$/)
      for (const { at } of lines) expect(Number.isFinite(at)).toBe(true)
    }),
  )
})
