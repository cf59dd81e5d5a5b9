import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldLine } from '../../../src/core/log/fold.ts'
import { character } from '../../support/text.ts'

describe('a folded line', () => {
  test.each([
    ['connect ECONNREFUSED 127.0.0.1:5432', 'connect ECONNREFUSED <ip>'],
    ['peer [fe80::1:2ff]:443 and 2001:db8::1 down', 'peer <ip> and <ip> down'],
    ['done 2026-01-31T02:10:11.123Z, next 02:10:11', 'done <time>, next <time>'],
    ['Jan 31 02:10:11 and 31/Jan/2026:02:10:11 +0000', '<time> and <time>'],
    ['job 550e8400-e29b-41d4-a716-446655440000 lost', 'job <id> lost'],
    ['commit deadbeef01 at 0x7fff5fbff8c0', 'commit <hex> at <hex>'],
    ['request req_8f3kd92kfa91x failed', 'request req_<id> failed'],
    ['GET https://example.com/a?b=1 took 1.5s', 'GET <url> took <n>'],
    ['at foo (/srv/app/x.js:10:5)', 'at foo (<path>)'],
    ['cannot open C:\\Users\\bob\\x.txt', 'cannot open <path>'],
    ['reading \'name\' of "user 7"', 'reading <text> of <text>'],
    ["don't know that it's 5", "don't know that it's <n>"],
    ['mail to bob@example.com bounced', 'mail to <email> bounced'],
    ['350 ms, 1.5 GiB, 99%, -5', '<n>'],
    ['worker12 of web-3: std::bad_alloc', 'worker<n> of web-<n>: std::bad_alloc'],
    ['order 12345678901 is 12,345.67 too much', 'order <n> is <n> too much'],
    ['  much \t blank  ', 'much blank'],
  ])('%s', (line, pattern) => expect(foldLine(line)).toBe(pattern))

  const variable = fc.record({
    number: fc.nat().map(String),
    ip: fc.ipV4(),
    id: fc.uuid(),
    path: fc.array(fc.stringMatching(/^[a-z][a-z0-9_-]{0,9}$/), { minLength: 2, maxLength: 5 }),
    ms: fc.nat(99_999),
    text: fc.stringMatching(/^[a-zA-Z0-9 ]{0,30}$/),
    at: fc.date({
      min: new Date('2000-01-01'),
      max: new Date('2099-12-31'),
      noInvalidDate: true,
    }),
  })

  test('4,000 lines of three kinds are three patterns', () => {
    const lines = fc
      .sample(variable, 1334)
      .flatMap(({ number, ip, id, path, ms, text, at }) => [
        `${at.toISOString()} connect ECONNREFUSED ${ip}:${ms % 65_536} after ${ms} ms`,
        `job ${id} of user=${number} has no "${text}"`,
        `[${number}] cannot open /${path.join('/')}: no such file`,
      ])
    expect(lines.length).toBeGreaterThan(4000)
    expect(new Set(lines.map(foldLine))).toEqual(
      new Set([
        '<time> connect ECONNREFUSED <ip> after <n>',
        'job <id> of user=<n> has no <text>',
        '[<n>] cannot open <path>: no such file',
      ]),
    )
  })

  test('is short, on one line, and has no digit in front', () => {
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 3000 }), (line) => {
        const pattern = foldLine(line)
        expect(pattern.length).toBeLessThanOrEqual(200)
        expect(pattern).not.toMatch(/[\r\n\d]/)
      }),
    )
  })

  test('words alone stay as they are', () => {
    const words = fc.array(fc.stringMatching(/^[a-zA-Z]{1,10}$/), { minLength: 1, maxLength: 15 })
    fc.assert(
      fc.property(words, (all) => {
        expect(foldLine(all.join(' '))).toBe(all.join(' ').slice(0, 200))
      }),
    )
  })

  test('of nothing but openings comes to an end', () => {
    for (const unit of ['"', "'", '/', 'a@', '::', '1:', 'a1', '0x', '<n>', '`', '\\', '1.', 'é'])
      expect(foldLine(unit.repeat(100_000)).length).toBeLessThanOrEqual(200)
  })
})
