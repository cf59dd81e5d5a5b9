import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseEntry } from '../../../src/core/log/entry.ts'
import { character } from '../../support/text.ts'

test.each([
  ['Error: boom', true],
  ['TypeError: x is not a function', true],
  ['2026-01-31T02:10:11Z ERROR boom', true],
  ['2026-01-31 02:10:11,123 - app - CRITICAL - boom', true],
  ['[error] 17#17: *3 open() failed', true],
  ['level=error msg="boom"', true],
  ['panic: runtime error', true],
  ['Uncaught exception', true],
  ['kernel: Out of memory: Killed process 12 (node)', true],
  ['INFO the error handler is ready', false],
  ['[info] 3 errors were repaired', false],
  ['level=info msg="error page served"', false],
  ['WARN retrying after an error', false],
  ['done with 0 errors', false],
  ['there is no error', false],
  ['errors=0 took=3', false],
  ['error: null', false],
  ['all is well', false],
  ['{"level":50,"time":1769825411123,"msg":"boom"}', true],
  ['{"level":30,"msg":"error counted"}', false],
  ['{"level":"error","message":"boom"}', true],
  ['{"severity":"WARNING","message":"an error"}', false],
  ['{"log.level":"fatal","message":"x"}', true],
  ['{"msg":"unhandled rejection"}', true],
  ['{"level":{"a":1},"msg":null}', false],
  ['{"level":50', false],
  ['', false],
] as const)('%s: error is %s', (line, error) => expect(parseEntry(line).error).toBe(error))

test.each([
  ['2026-01-31T02:10:11Z boom', 'boom'],
  ['[2026-01-31 02:10:11.5] boom', 'boom'],
  ['{"level":50,"msg":"request failed","err":{"message":"no route"}}', 'request failed: no route'],
  ['{"message":{"message":"deep"}}', 'deep'],
  ['{"error":"alone"}', 'alone'],
  ['{"a":1}', '{"a":1}'],
  ['[1,2]', '[1,2]'],
])('%s says %s', (line, text) => expect(parseEntry(line).text).toBe(text))

test('knows when a line was written', () => {
  expect(parseEntry('2026-01-31T02:10:11Z boom').at).toBe(Date.UTC(2026, 0, 31, 2, 10, 11))
  expect(parseEntry('{"time":1769825411123,"msg":"boom"}').at).toBe(1_769_825_411_123)
  expect(parseEntry('boom').at).toBeNull()
})

test('takes anything', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: character }), fc.json()), (line) => {
      const { text, at } = parseEntry(line)
      expect(typeof text).toBe('string')
      expect(at === null || Number.isFinite(at)).toBe(true)
    }),
  )
  expect(parseEntry('x'.repeat(1e6)).text.length).toBeLessThanOrEqual(8192)
  expect(parseEntry(`{"msg":${'['.repeat(8000)}${']'.repeat(8000)}}`).error).toBe(false)
})
