import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytes, count, duration, flag, number, percent } from '../../src/contract/metric.ts'
import { alternatives, formatThreshold, parseThreshold } from '../../src/config/threshold.ts'

const metrics = {
  used: percent('used space'),
  free: bytes('free space'),
  latency: duration('time to answer'),
  crashes: count('crashes'),
  one: number('load average'),
  down: flag('nobody answers'),
}
const memory = { used: percent('used memory'), available: bytes('available memory') }

const read = (text: string) => parseThreshold(text, metrics)

describe('a condition', () => {
  test.each([
    ['> 85%', { metric: 'used', op: '>', value: 85, for: 0 }],
    ['>85', { metric: 'used', op: '>', value: 85, for: 0 }],
    ['used >= 85.5 % for 10m', { metric: 'used', op: '>=', value: 85.5, for: 600_000 }],
    ['free < 5GiB', { metric: 'free', op: '<', value: 5 * 2 ** 30, for: 0 }],
    ['free<500 MB', { metric: 'free', op: '<', value: 500e6, for: 0 }],
    ['free < 1000', { metric: 'free', op: '<', value: 1000, for: 0 }],
    ['latency > 1s for 5m', { metric: 'latency', op: '>', value: 1000, for: 300_000 }],
    ['crashes != 0', { metric: 'crashes', op: '!=', value: 0, for: 0 }],
    ['one > -4', { metric: 'one', op: '>', value: -4, for: 0 }],
    ['down', { metric: 'down', op: '==', value: true, for: 0 }],
    ['  down   for 5m ', { metric: 'down', op: '==', value: true, for: 300_000 }],
    ['down == false', { metric: 'down', op: '==', value: false, for: 0 }],
    ['down != true for 1s', { metric: 'down', op: '==', value: false, for: 1000 }],
  ])('%j', (text, expected) => expect(read(text)).toEqual(expected))

  test('of the memory kind is about either of its metrics', () => {
    expect(parseThreshold('available < 5GiB', memory)).toMatchObject({
      metric: 'available',
      value: 5 * 2 ** 30,
    })
    expect(parseThreshold('> 80%', memory)).toMatchObject({ metric: 'used', value: 80 })
  })

  test('of a kind whose first metric is yes/no may be a duration alone', () => {
    expect(parseThreshold('for 5m', { down: metrics.down })).toEqual({
      metric: 'down',
      op: '==',
      value: true,
      for: 300_000,
    })
  })
})

describe('no condition', () => {
  test.each([
    ['', 'expected [METRIC]'],
    ['85%', 'expected [METRIC]'],
    ['usd > 85%', 'no metric "usd", did you mean "used"?'],
    ['toString', 'no metric "toString", expected one of used, free'],
    ['used', 'expected a comparison such as "used > 85%"'],
    ['used > 5GiB', 'used is a percentage, expected "used > 85%"'],
    ['free > 85%', 'free is a number of bytes, expected "free > 5GiB"'],
    ['latency > 5', 'latency is a duration and needs a unit, expected "latency > 500ms"'],
    ['one > 4%', 'one is a plain number'],
    ['crashes > 4s', 'crashes is a count'],
    ['used >', 'used is a percentage'],
    ['used => 5', 'expected one of the comparisons'],
    ['used = 5', 'expected one of the comparisons'],
    ['down > 5', 'down is a yes/no metric'],
    ['down == maybe', 'down is a yes/no metric'],
    ['down for', 'after "for" expected a duration'],
    ['down for ages', 'after "for" expected a duration'],
    ['> 5% for 5m for 5m', 'after "for" expected a duration'],
    [`> ${'5'.repeat(300)}`, 'too long'],
  ])('%j', (text, problem) => {
    expect(read(text)).toEqual({ problem: expect.stringContaining(problem) })
  })
})

test('a level may join several', () => {
  expect(alternatives(' used > 85%  or inodes > 85% ')).toEqual(['used > 85%', 'inodes > 85%'])
})

const ordered = fc.constantFrom('>', '>=', '<', '<=', '==', '!=')
const held = fc.nat({ max: 1e10 })
const thresholds = fc.oneof(
  fc.record({
    metric: fc.constantFrom('used', 'one', 'crashes'),
    op: ordered,
    value: fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 100),
    for: held,
  }),
  fc.record({
    metric: fc.constantFrom('free', 'latency'),
    op: ordered,
    value: fc.nat({ max: 1e15 }),
    for: held,
  }),
  fc.record({ metric: fc.constant('down'), op: fc.constant('=='), value: fc.boolean(), for: held }),
) as fc.Arbitrary<Parameters<typeof formatThreshold>[0]>

test('the canonical text means the same threshold', () => {
  fc.assert(
    fc.property(thresholds, (threshold) => {
      expect(read(formatThreshold(threshold, metrics))).toEqual(threshold)
    }),
  )
})

test('no text makes it throw', () => {
  const pieces = fc.constantFrom(
    'used',
    'down',
    '>',
    '==',
    '5',
    '%',
    'GiB',
    'for',
    '5m',
    ' ',
    '-',
    '.',
  )
  const text = fc.oneof(
    fc.string(),
    fc.array(pieces).map((list) => list.join('')),
  )
  fc.assert(
    fc.property(text, (input) => {
      const result = read(input)
      expect('problem' in result || result.metric in metrics).toBe(true)
    }),
  )
})
