import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { metricName, parsePerformance, parsePlugin } from '../../src/probe/perfdata.ts'

describe('performance data', () => {
  const cases = [
    [
      'time=0.270634s;;;0.000000 size=20156B;;;0',
      [
        ['time', 270.634, 'duration'],
        ['size', 20156, 'bytes'],
      ],
    ],
    ["'a b''s'=5%;80;90", [["a b's", 5, 'percent']]],
    ['/=2643MB;5948;5958;0;5968', [['/', 2643 * 2 ** 20, 'bytes']]],
    [
      'load1=1.5;10:20;@5:6;0; requests=17c rta=80us',
      [
        ['load1', 1.5, 'number'],
        ['requests', 17, 'count'],
        ['rta', 0.08, 'duration'],
      ],
    ],
    [
      'x=U y=-3.5e2 z=.5TB',
      [
        ['x', null, 'number'],
        ['y', -350, 'number'],
        ['z', 0.5 * 2 ** 40, 'bytes'],
      ],
    ],
    [
      'temp=21C odd=5constructor',
      [
        ['temp', 21, 'number'],
        ['odd', 5, 'number'],
      ],
    ],
    ['a=b nonsense =5 c=1,5', []],
  ] as const
  test.each(cases)('%s', (text, expected) => {
    expect(parsePerformance(text).map(({ label, value, unit }) => [label, value, unit])).toEqual(
      expected,
    )
  })

  test('any text gives finite numbers, in bounded time', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const { value } of parsePerformance(text)) {
          expect(value === null || Number.isFinite(value)).toBe(true)
        }
      }),
    )
    expect(parsePerformance("'".repeat(50_000))).toEqual([])
  })

  test('what a plug-in writes is read back', () => {
    const label = fc.string({ minLength: 1 }).filter((text) => !/[|\n\r]/.test(text))
    const value = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 })
    fc.assert(
      fc.property(fc.array(fc.tuple(label, value), { maxLength: 5 }), (numbers) => {
        const text = numbers
          .map(([name, one]) => `'${name.replaceAll("'", "''")}'=${one}ms;;`)
          .join(' ')
        const read = parsePerformance(text).map((one) => [one.label, one.value])
        expect(read).toEqual(
          numbers.map(([name, one]) => [name, one === 0 ? Number(String(one)) : one]),
        )
      }),
    )
  })
})

describe('the output of a plug-in', () => {
  test('has text, long text, and numbers in both places', () => {
    const output =
      'DISK WARNING - / full | /=9GB;8;9\n/ is full\n/boot is fine | /boot=1GB\n/var=2GB;3\n'
    const { text, lines, performance } = parsePlugin(output)
    expect(text).toBe('DISK WARNING - / full')
    expect(lines).toEqual(['DISK WARNING - / full', '/ is full', '/boot is fine'])
    expect(performance.map(({ label }) => label)).toEqual(['/', '/boot', '/var'])
  })

  test('may be empty, or end lines as Windows does', () => {
    expect(parsePlugin('')).toEqual({ text: '', lines: [], performance: [] })
    expect(parsePlugin('OK|a=1\r\nmore\r\n')).toMatchObject({ text: 'OK', lines: ['OK', 'more'] })
  })
})

test('labels become names that a threshold can say', () => {
  const names = ['time', '/', '/var/log', 'a b', '5xx', 'C:\\ used', '%', 'load-1.5', 'größe']
  expect(names.map(metricName)).toEqual([
    'time',
    'root',
    'var_log',
    'a_b',
    'value_5xx',
    'C_used',
    'value',
    'load-1.5',
    'gr_e',
  ])
  fc.assert(
    fc.property(fc.string(), (label) => {
      expect(metricName(label)).toMatch(/^[A-Za-z][\w.-]*$/)
    }),
  )
})
