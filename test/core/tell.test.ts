import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { beingFixed } from '../../src/core/incident.ts'
import { type Circumstances, decideReminder, decideTelling, mayJoin } from '../../src/core/tell.ts'
import { anyIncident, at, incident, remedy } from './support.ts'

const minute = 60_000

const around = (fields: Partial<Circumstances> = {}): Circumstances => ({
  now: at,
  notify: 'if-unfixed',
  silenced: false,
  quiet: false,
  firstRun: false,
  ...fields,
})

const anyAround: fc.Arbitrary<Circumstances> = fc.record({
  now: fc.integer({ min: at, max: at + 24 * 60 * minute }),
  notify: fc.constantFrom('if-unfixed' as const, 'at-once' as const, 'never' as const),
  silenced: fc.boolean(),
  quiet: fc.boolean(),
  firstRun: fc.boolean(),
})

describe('telling', () => {
  const [critical, warning] = (['critical', 'warning'] as const).map((severity) =>
    incident({ severity }),
  )
  if (!critical || !warning) throw new Error('there are two')

  test.each([
    ['a warning', warning, {}, 'now silent no-fix'],
    ['a critical one', critical, {}, 'now loud no-fix'],
    ['a critical one at night', critical, { quiet: true }, 'now loud no-fix'],
    ['a warning at night', warning, { quiet: true }, 'hold quiet-hours'],
    ['anything silenced', critical, { silenced: true }, 'no silenced'],
    ['anything on the first run', critical, { firstRun: true }, 'first-run first-run'],
    ['info', incident({ severity: 'info' }), { notify: 'at-once' }, 'no info-in-summary'],
    ['never', critical, { notify: 'never' }, 'no notify-never'],
    ['cannot check', incident({ cause: 'unknown' }), {}, 'now silent unknown'],
    ['stopped by hand', incident({ cause: 'stopped', severity: 'info' }), {}, 'now silent stopped'],
    [
      'stopped by hand at night',
      incident({ cause: 'stopped', severity: 'info' }),
      { quiet: true },
      'hold quiet-hours',
    ],
    ['being fixed', incident({ remedy: remedy('running') }), {}, 'no fix-in-progress'],
    ['between attempts', incident({ remedy: remedy('backing-off') }), {}, 'no fix-in-progress'],
    ['fix exhausted', incident({ remedy: remedy('exhausted') }), {}, 'now silent fix-exhausted'],
    ['to be approved', incident({ remedy: remedy('approval') }), {}, 'now silent fix-approval'],
    [
      'being fixed, at once',
      incident({ remedy: remedy('running') }),
      { notify: 'at-once' },
      'now silent notify-at-once',
    ],
    [
      'critical, fixed for less than 60 s',
      { ...critical, remedy: remedy('backing-off') },
      { now: at + 59_999 },
      'no fix-in-progress',
    ],
    [
      'critical, fixed for 60 s',
      { ...critical, remedy: remedy('backing-off') },
      { now: at + 60_000 },
      'now loud critical-lasting',
    ],
    [
      'a warning, fixed for hours',
      { ...warning, remedy: remedy('backing-off') },
      { now: at + 60 * minute },
      'no fix-in-progress',
    ],
  ] as const)('%s', (_, what, fields, expected) => {
    const telling = decideTelling(what, around(fields))
    const how = telling.tell === 'now' ? (telling.sound ? ' loud' : ' silent') : ''
    expect(`${telling.tell}${how} ${telling.reason}`).toBe(expected)
  })

  test('in quiet hours nothing but critical is told, and only critical has a sound', () => {
    fc.assert(
      fc.property(anyIncident, anyAround, (one, now) => {
        const telling = decideTelling(one, now)
        expect(telling.reason).not.toBe('')
        if (telling.tell !== 'now') return
        expect(now.silenced || now.firstRun || now.notify === 'never').toBe(false)
        expect(telling.sound).toBe(one.severity === 'critical')
        if (now.quiet) expect(one.severity).toBe('critical')
        if (one.cause === 'threshold') expect(one.severity).not.toBe('info')
      }),
    )
  })

  test('what is being fixed waits, unless it is critical and lasts', () => {
    fc.assert(
      fc.property(anyIncident, anyAround, (one, now) => {
        const { tell } = decideTelling(one, now)
        if (tell !== 'now' || !beingFixed(one.remedy) || one.cause === 'stopped') return
        const lasts = one.severity === 'critical' && now.now - one.openedAt >= minute
        expect(now.notify === 'at-once' || lasts).toBe(true)
      }),
    )
  })
})

describe('reminding', () => {
  const told = incident({ severity: 'critical', told: 'yes', toldAt: at })
  const reminded = { ...told, reminders: 1, remindedAt: at + 15 * minute }

  test.each([
    ['before 15 minutes', told, 15 * minute - 1, false],
    ['after 15 minutes', told, 15 * minute, true],
    ['again within the hour', reminded, 75 * minute - 1, false],
    ['again after an hour', reminded, 75 * minute, true],
    ['the fourth time', { ...reminded, reminders: 3 }, 75 * minute, true],
    ['a fifth time', { ...reminded, reminders: 4 }, 75 * minute, false],
    ['a warning', { ...told, severity: 'warning' as const }, 60 * minute, false],
    ['one that was taken', { ...told, acknowledged: { by: 'Asha', at } }, 60 * minute, false],
    ['one that is over', { ...told, endedAt: at }, 60 * minute, false],
    ['one that was not told', { ...told, told: 'held' as const }, 60 * minute, false],
  ])('%s: %s', (_, one, after, expected) => {
    expect(decideReminder(one, around({ now: at + after }))).toBe(expected)
  })

  test('not under a silence', () => {
    expect(decideReminder(told, around({ now: at + 60 * minute, silenced: true }))).toBe(false)
  })

  test('never more than four, whatever the times', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5 * 60 * minute), { maxLength: 40 }), (steps) => {
        let one = told
        let now = at
        for (const step of steps) {
          now += step
          if (decideReminder(one, around({ now })))
            one = { ...one, reminders: one.reminders + 1, remindedAt: now }
        }
        expect(one.reminders).toBeLessThanOrEqual(4)
      }),
    )
  })
})

describe('joining', () => {
  test.each([
    ['a warning joins a warning', false, false, 9_999, true],
    ['a warning joins a critical one', true, false, 9_999, true],
    ['a critical one joins a critical one', true, true, 9_999, true],
    ['a critical one never joins what made no sound', false, true, 0, false],
    ['not after 10 s', true, true, 10_000, false],
  ])('%s', (_, loud, sound, after, expected) => {
    expect(mayJoin({ at, sound: loud }, sound, at + after)).toBe(expected)
  })

  test('nor what is dated later, as after a clock that was set back', () => {
    expect(mayJoin({ at: at + 3_600_000, sound: true }, true, at)).toBe(false)
  })
})
