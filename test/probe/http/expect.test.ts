import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectParam, unmet } from '../../../src/probe/http/expect.ts'

const answer = (body: string, cut = false) => ({ status: 200, location: undefined, body, cut })
const judge = (body: string, expected: unknown): Promise<string | null> =>
  unmet(answer(body), expectParam.parse(expected))

const deployment =
  '{"state":"READY","checks":[{"ok":true,"ms":12},{"ok":false,"ms":90}],"note":null}'

describe('an answer as expected', () => {
  test.each([
    'READY',
    { text: 'READY', not_text: 'ERROR' },
    { json: '$.state' },
    { json: '$.note' },
    { json: '$.note', equals: null },
    { json: '$.state', not: 'ERROR' },
    { json: '$.state', not: ['ERROR', 'CANCELED'] },
    { json: '$.state', equals: ['READY', 'BUILDING'] },
    { json: '$.checks[*].ms', at_most: 90, at_least: 12 },
    { json: '$.checks[?@.ok == false].ms', equals: 90 },
  ])('%j', async (expected) => {
    expect(await judge(deployment, expected)).toBeNull()
  })
})

describe('an answer that is not', () => {
  test.each([
    ['ERROR', 'without "ERROR"'],
    [{ not_text: 'READY' }, 'with "READY"'],
    [{ json: '$.state', not: 'READY' }, '$.state is "READY"'],
    [{ json: '$.state', equals: 'ERROR' }, '$.state is "READY", not "ERROR"'],
    [{ json: '$.status', not: 'ERROR' }, '$.status is missing'],
    [{ json: '$.checks[*].ok', equals: true }, '$.checks[*].ok is false, not true'],
    [{ json: '$.checks[0].ms', at_least: 13 }, '$.checks[0].ms is 12, not at least 13'],
    [{ json: '$.state', at_most: 1 }, '$.state is "READY", not at most 1'],
  ])('%j', async (expected, fault) => {
    expect(await judge(deployment, expected)).toBe(fault)
  })

  test('is not JSON, or was cut', async () => {
    const expected = expectParam.parse({ json: '$.state' })
    expect(await unmet(answer('<html>'), expected)).toBe('the answer is not JSON')
    expect(await unmet(answer('{"a":', true), expected)).toBe('the answer is longer than 1 MiB')
  })

  test('never shows much of what it saw', async () => {
    const fault = await judge(JSON.stringify({ a: 'x'.repeat(10_000) }), { json: '$.a', equals: 1 })
    expect(fault?.length).toBeLessThan(100)
  })
})

test.each([
  {},
  '',
  { equals: 1 },
  { text: 'a', not: 'b' },
  { json: 'state' },
  { json: '$.a', is: 1 },
  5,
])('%j is no expectation', (written) => {
  expect(expectParam.safeParse(written).success).toBe(false)
})

test('a path that is none is an error in the config, not a fault of the server', async () => {
  await expect(judge('{}', { json: '$.[' })).rejects.toThrow('$.[ is no JSONPath')
})

test('any body is judged without a throw', async () => {
  const expected = expectParam.parse({ json: '$..*', not: 'ERROR', text: 'a' })
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (body) => {
      const fault = await unmet(answer(body), expected)
      expect(fault === null || fault.length > 0).toBe(true)
    }),
  )
})
