import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type QuietHours, quietWindow } from '../../src/core/quiet.ts'

const minute = 60_000
const hour = 60 * minute
const ms = (iso: string): number => new Date(iso).getTime()
const show = (at: number): string => new Date(at).toISOString().slice(0, 16)

const night: QuietHours = { from: '22:00', to: '07:00' }

/** Every window that a span of time touches, looked at step by step. */
function windows(
  from: string,
  until: string,
  hours: QuietHours,
  zone: string,
  step = minute,
): string[] {
  const found = new Set<string>()
  for (let now = ms(from); now < ms(until); now += step) {
    const window = quietWindow(now, hours, zone)
    if (!window) continue
    expect(window.from).toBeLessThanOrEqual(now)
    expect(window.until).toBeGreaterThan(now)
    found.add(`${show(window.from)} ${show(window.until)}`)
  }
  return [...found]
}

describe('quiet hours', () => {
  test('cross midnight, their end not included', () => {
    const at = (time: string) => quietWindow(ms(`2026-03-10T${time}Z`), night, 'UTC')
    expect(at('21:59:59.999')).toBeNull()
    expect(at('22:00:00')).toEqual({
      from: ms('2026-03-10T22:00Z'),
      until: ms('2026-03-11T07:00Z'),
    })
    expect(at('06:59:59.999')).toEqual({
      from: ms('2026-03-09T22:00Z'),
      until: ms('2026-03-10T07:00Z'),
    })
    expect(at('07:00:00')).toBeNull()
  })

  test('within one day', () => {
    const noon: QuietHours = { from: '12:00', to: '13:30' }
    expect(windows('2026-03-10T00:00Z', '2026-03-11T00:00Z', noon, 'UTC')).toEqual([
      '2026-03-10T12:00 2026-03-10T13:30',
    ])
  })

  test('of one setting are those of the zone, whichever was asked about before', () => {
    const evening = ms('2026-03-10T20:30Z')
    const from = ['UTC', 'Asia/Kolkata', 'UTC', 'Europe/Helsinki'].map(
      (zone) => quietWindow(evening, night, zone)?.from ?? null,
    )
    expect(from).toEqual([null, ms('2026-03-10T16:30Z'), null, ms('2026-03-10T20:00Z')])
  })

  test('are those of the day, also when the clock is set back', () => {
    const from = ['2026-03-12T23:00Z', '2026-03-10T23:00Z', '2026-03-12T23:00Z'].map(
      (time) => quietWindow(ms(time), night, 'UTC')?.from,
    )
    expect(from).toEqual([
      ms('2026-03-12T22:00Z'),
      ms('2026-03-10T22:00Z'),
      ms('2026-03-12T22:00Z'),
    ])
  })

  test('there are none where none are configured', () => {
    expect(quietWindow(ms('2026-03-10T23:00Z'), undefined, 'UTC')).toBeNull()
  })

  test('from a time to the same time is the whole day, window after window', () => {
    const always: QuietHours = { from: '22:00', to: '22:00' }
    expect(windows('2026-03-10T00:00Z', '2026-03-11T00:00Z', always, 'UTC')).toEqual([
      '2026-03-09T22:00 2026-03-10T22:00',
      '2026-03-10T22:00 2026-03-11T22:00',
    ])
  })

  test('on some days: the day on which the night begins counts', () => {
    // 2026-03-13 is a Friday.
    const weekend: QuietHours = { ...night, days: [5, 6] }
    expect(windows('2026-03-09T00:00Z', '2026-03-18T00:00Z', weekend, 'UTC', 15 * minute)).toEqual([
      '2026-03-13T22:00 2026-03-14T07:00',
      '2026-03-14T22:00 2026-03-15T07:00',
    ])
  })
})

describe('a night in which clocks change is exactly one window', () => {
  test.each([
    ['Europe/London', '2026-10-24', '2026-10-24T21:00 2026-10-25T07:00'],
    ['Europe/London', '2026-03-28', '2026-03-28T22:00 2026-03-29T06:00'],
    ['Europe/Berlin', '2026-10-24', '2026-10-24T20:00 2026-10-25T06:00'],
    ['Europe/Berlin', '2026-03-28', '2026-03-28T21:00 2026-03-29T05:00'],
    ['America/New_York', '2026-10-31', '2026-11-01T02:00 2026-11-01T12:00'],
    ['America/New_York', '2026-03-07', '2026-03-08T03:00 2026-03-08T11:00'],
    ['Asia/Kolkata', '2026-03-10', '2026-03-10T16:30 2026-03-11T01:30'],
    ['Australia/Lord_Howe', '2026-04-04', '2026-04-04T11:00 2026-04-04T20:30'],
  ])('%s, %s', (zone, day, window) => {
    const [from = '', until = ''] = window.split(' ')
    const around = (time: string, by: number): string => new Date(ms(`${time}Z`) + by).toISOString()
    expect(windows(around(from, -hour), around(until, hour), night, zone)).toEqual([window])
    expect(window.startsWith(day) || zone.startsWith('America')).toBe(true)
  })

  test('where the hour after midnight is skipped', () => {
    // Cairo: 2026-04-24 00:00 becomes 01:00.
    const late: QuietHours = { from: '00:00', to: '07:00' }
    expect(windows('2026-04-23T12:00Z', '2026-04-24T12:00Z', late, 'Africa/Cairo')).toEqual([
      '2026-04-23T22:00 2026-04-24T04:00',
    ])
    const early: QuietHours = { from: '20:00', to: '00:00' }
    expect(windows('2026-04-23T12:00Z', '2026-04-24T12:00Z', early, 'Africa/Cairo')).toEqual([
      '2026-04-23T18:00 2026-04-23T22:00',
    ])
    // Asuncion, while it still had summer time: 2023-10-01 00:00 became 01:00.
    expect(windows('2023-09-30T12:00Z', '2023-10-01T12:00Z', late, 'America/Asuncion')).toEqual([
      '2023-10-01T04:00 2023-10-01T10:00',
    ])
  })

  test('where they begin or end in the skipped or the doubled hour', () => {
    const spring = (from: string, to: string): string[] =>
      windows('2026-03-28T12:00Z', '2026-03-29T12:00Z', { from, to }, 'Europe/Berlin')
    expect(spring('02:30', '07:00')).toEqual(['2026-03-29T01:30 2026-03-29T05:00'])
    expect(spring('22:00', '02:30')).toEqual(['2026-03-28T21:00 2026-03-29T01:30'])
    expect(spring('02:15', '02:45')).toEqual(['2026-03-29T01:15 2026-03-29T01:45'])
    const autumn = (from: string, to: string): string[] =>
      windows('2026-10-24T12:00Z', '2026-10-25T12:00Z', { from, to }, 'Europe/Berlin')
    expect(autumn('02:30', '07:00')).toEqual(['2026-10-25T00:30 2026-10-25T06:00'])
    expect(autumn('22:00', '02:30')).toEqual(['2026-10-24T20:00 2026-10-25T00:30'])
  })
})

test('in any zone at any time: every instant of a window names the same window', () => {
  const clock = fc
    .integer({ min: 0, max: 1439 })
    .map((at) => new Date(at * minute).toISOString().slice(11, 16))
  const zones = [
    'Europe/London',
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kolkata',
    'America/Asuncion',
    'Africa/Cairo',
    'Australia/Lord_Howe',
    'Pacific/Apia',
  ]
  fc.assert(
    fc.property(
      fc.integer({ min: ms('2011-01-01T00:00Z'), max: ms('2030-01-01T00:00Z') }),
      clock,
      clock,
      fc.constantFrom(...zones),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (now, from, to, zone, where) => {
        const window = quietWindow(now, { from, to }, zone)
        if (!window || from === to) return
        const other = Math.floor(window.from + where * (window.until - window.from))
        expect(quietWindow(other, { from, to }, zone)).toEqual(window)
        expect(window.until - window.from).toBeLessThanOrEqual(25 * hour)
      },
    ),
    { numRuns: 150 },
  )
})
