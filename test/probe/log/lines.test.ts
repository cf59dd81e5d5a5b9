import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { longestLine } from '../../../src/core/log/entry.ts'
import { createLines } from '../../../src/probe/log/lines.ts'
import { createMatch, patternProblem } from '../../../src/probe/log/match.ts'

describe('lines', () => {
  test('are the same however the bytes come', () => {
    const line = fc
      .string({ unit: 'grapheme', maxLength: 30 })
      .map((one) => one.replace(/\p{Cc}/gu, ''))
    fc.assert(
      fc.property(
        fc.array(line),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (all, sizes) => {
          const bytes = Buffer.from(all.map((one) => `${one}\n`).join(''))
          const lines = createLines()
          const seen: string[] = []
          for (let from = 0, turn = 0; from < bytes.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1
            seen.push(...lines.push(bytes.subarray(from, from + size)))
            from += size
          }
          expect(seen).toEqual(all)
        },
      ),
    )
  })

  test('of garbage are readable', () => {
    const push = (bytes: string | readonly number[]) => [
      ...createLines().push(Buffer.from(bytes as string)),
    ]
    expect(push('a\r\nb\r\n')).toEqual(['a', 'b'])
    expect(push('\u001B[31mred\u001B[0m\n')).toEqual(['red'])
    expect(push([0x61, 0xff, 0xfe, 0x62, 0x0a])).toEqual(['a\uFFFD\uFFFDb'])
    // A hole, as a writer leaves that goes on at its old offset after a truncation.
    expect(push(`${'\0'.repeat(100)}x\n`)).toEqual(['x'])
  })

  test('of 100 MB are one, in bounded memory', () => {
    const lines = createLines()
    const chunk = Buffer.alloc(64 * 1024, 'x')
    for (let n = 0; n < 1600; n += 1) expect([...lines.push(chunk)]).toEqual([])
    const seen = [...lines.push(Buffer.from('\nnext\n'))]
    expect(seen.map((line) => line.length)).toEqual([longestLine, 4])
  })

  test('begin after the break when something was passed over', () => {
    const lines = createLines()
    expect([...lines.push(Buffer.from('waits'))]).toEqual([])
    lines.reset(true)
    expect([...lines.push(Buffer.from('rest\nwhole\n'))]).toEqual(['whole'])
    expect([...lines.push(Buffer.from('waits'))]).toEqual([])
    lines.reset(false)
    expect([...lines.push(Buffer.from('whole\n'))]).toEqual(['whole'])
  })
})

describe('what counts', () => {
  const fits = (line: string, match?: readonly string[], ignore: readonly string[] = []) =>
    createMatch(match, ignore)(line) !== null

  test('is a regular expression, between slashes where it has a flag', () => {
    expect(fits('a timeout', ['timeout'])).toBe(true)
    expect(fits('a Timeout', ['timeout'])).toBe(false)
    expect(fits('a Timeout', ['/TIME.?out/i'])).toBe(true)
    expect(fits('took 512 ms', ['nothing', '/5\\d\\d ms$/'])).toBe(true)
    expect(fits('a (b', ['\\(b'])).toBe(true)
    expect(fits('{"level":50}', ['level":50|ERROR'])).toBe(true)
    expect(fits('{"level":30}', ['level":50|ERROR'])).toBe(false)
  })

  test('is errors where nothing is named, or what its writer calls one', () => {
    expect(fits('ERROR x')).toBe(true)
    expect(fits('INFO x')).toBe(false)
    expect(createMatch(undefined, [])('x', true)).not.toBeNull()
    expect(createMatch(['y'], [])('x', true)).toBeNull()
  })

  test('is not what is ignored', () => {
    expect(fits('ERROR x', undefined, ['/x$/'])).toBe(false)
    expect(fits('a b', ['a'], ['b'])).toBe(false)
  })

  test('is never decided by an expression that takes for ever', () => {
    expect(fits(`${'a'.repeat(8000)}!`, ['/(a+)+$/', '/(a|aa)+$/', '/(.*)*x$/'])).toBe(false)
  })

  test('has expressions that RE2 knows', () => {
    expect(patternProblem('/a(b/')).toContain('expected a regular expression')
    expect(patternProblem('/(?=a)/')).toContain('without look-around')
    expect(patternProblem('/(a)\\1/')).not.toBeNull()
    expect(patternProblem('/a(b)?/i')).toBeNull()
    expect(patternProblem('(')).toContain('expected a regular expression')
  })
})
