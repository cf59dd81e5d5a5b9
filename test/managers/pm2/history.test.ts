import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  crashes,
  fold,
  type History,
  type HistoryEvent,
  looping,
  nothingSeen,
} from '../../../src/managers/pm2/history.ts'

const hour = 3_600_000
const all = (events: readonly HistoryEvent[]): History => events.reduce(fold, nothingSeen)

const start = (at: number, autorestart = true): HistoryEvent => ({
  is: 'start',
  at,
  started: at,
  autorestart,
  scheduled: false,
})
const exit = (
  at: number,
  started: number,
  more: Partial<HistoryEvent & { is: 'exit' }> = {},
): HistoryEvent => ({
  is: 'exit',
  at,
  started,
  code: 1,
  signal: null,
  ordered: false,
  errored: false,
  ...more,
})
const seen = (
  at: number,
  started: number | null,
  state: 'running' | 'waiting' | 'stopped' | 'errored',
) => ({ is: 'seen', at, started, state }) as const

describe('an end', () => {
  it('is a death when nobody ordered it', () => {
    const history = all([start(0), exit(20_000, 0, { code: 137, signal: 'SIGKILL' })])
    expect(history).toMatchObject({ running: false, ended: 'died', lostAt: 20_000, short: 0 })
    expect(history.deaths).toEqual([{ at: 20_000, code: 137, signal: 'SIGKILL', lived: 20_000 }])
  })

  it('is ordered when PM2 was stopping it, and stays so through the second report', () => {
    const first = all([start(0), exit(5000, 0, { ordered: true })])
    expect(first).toMatchObject({ ended: 'ordered', deaths: [] })
    expect(fold(first, exit(5100, 0))).toEqual(first)
  })

  it('is ordered when somebody stops what waits for its restart', () => {
    const history = all([start(0), exit(1000, 0), exit(3000, 0)])
    expect(history).toMatchObject({ ended: 'ordered', lostAt: null })
    expect(history.deaths).toHaveLength(1)
  })

  it('stays a death through `pm2 stop` of another run', () => {
    const running = all([start(0), exit(1000, 0), start(2000)])
    expect(fold(running, { is: 'stop', at: 2500 })).toEqual(running)
  })

  it('that was over when the bot looked counts as ordered, until the bus tells otherwise', () => {
    const looked = all([seen(0, 0, 'running'), seen(60_000, 0, 'stopped')])
    expect(looked).toMatchObject({ running: false, ended: 'unseen', deaths: [] })
    expect(fold(looked, exit(59_990, 0))).toMatchObject({ ended: 'died' })
  })

  it('first seen stopped was nobody’s crash', () => {
    expect(all([seen(0, null, 'stopped')])).toMatchObject({ ended: 'unseen', lostAt: null })
  })
})

describe('the loop rule', () => {
  it('takes three starts in a row that lived under 10 s', () => {
    const two = all([start(0), exit(9000, 0), start(9100), exit(10_000, 9100)])
    expect(looping(two, 10_000)).toBe(false)
    const three = [start(10_100), exit(12_000, 10_100)].reduce(fold, two)
    expect(looping(three, 12_000)).toBe(true)
    const again = fold(three, start(12_100))
    expect(looping(again, 22_099)).toBe(true)
    expect(looping(again, 22_100)).toBe(false)
  })

  it('begins anew after a run of 10 s', () => {
    const history = all([
      start(0),
      exit(1000, 0),
      start(1100),
      exit(2000, 1100),
      start(2100),
      exit(12_100, 2100),
      start(12_200),
      exit(12_300, 12_200),
    ])
    expect(looping(history, 12_300)).toBe(false)
    expect(history).toMatchObject({ short: 1, lostAt: 12_100, lostDeaths: 2 })
  })

  it('begins anew when somebody restarts what PM2 gave up', () => {
    const events: HistoryEvent[] = []
    for (let at = 0; at < 16_000; at += 1000)
      events.push(start(at), exit(at + 500, at, { errored: at === 15_000 }))
    const gone = all(events)
    expect(looping(gone, 16_000)).toBe(true)
    expect(looping(fold(gone, start(20_000)), 20_001)).toBe(false)
  })

  it('goes on where PM2 restarts nothing and others do', () => {
    const events = [0, 1000, 2000].flatMap((at) => [start(at, false), exit(at + 500, at)])
    expect(looping(all(events), 2600)).toBe(true)
  })
})

describe('crashes', () => {
  it('are those of the last hour', () => {
    const history = all([start(0), exit(1000, 0), start(1100), exit(hour, 1100)])
    expect(crashes(history, hour)).toBe(2)
    expect(crashes(history, hour + 1000)).toBe(1)
    expect(crashes(history, 2 * hour)).toBe(0)
  })

  it('are kept within bounds', () => {
    const events = Array.from({ length: 3000 }, (_, at) => [start(at), exit(at + 1, at)]).flat()
    expect(all(events).deaths).toHaveLength(1000)
  })
})

const anyEvent: fc.Arbitrary<HistoryEvent> = fc
  .tuple(
    fc.integer({ min: 0, max: 2 * hour }),
    fc.integer({ min: 0, max: 5 }),
    fc.nat(5),
    fc.boolean(),
  )
  .map(([at, kind, run, flag]): HistoryEvent => {
    const started = run * 20_000
    if (kind === 0) return { is: 'start', at, started, autorestart: flag, scheduled: false }
    if (kind === 1) return exit(at, started, { ordered: flag })
    if (kind === 2) return { is: 'stop', at }
    if (kind === 3) return seen(at, started, flag ? 'running' : 'stopped')
    if (kind === 4) return seen(at, started, flag ? 'waiting' : 'errored')
    return exit(at, started, { errored: flag, code: null })
  })

describe('whatever comes', () => {
  it('stays consistent', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        let history = nothingSeen
        let deaths = 0
        for (const event of events) {
          const next = fold(Object.freeze(history), event)
          if (next.running) expect(next).toMatchObject({ ended: null, errored: false })
          if (next.lostAt === null) expect(next.lostDeaths).toBe(0)
          expect(next.short).toBeGreaterThanOrEqual(0)
          if (event.is !== 'exit')
            expect(next.deaths.length).toBeLessThanOrEqual(history.deaths.length)
          if (event.is === 'exit' && event.ordered) expect(next.ended).not.toBe('died')
          if (event.is === 'exit' && !event.ordered) deaths += 1
          expect(next.deaths.length).toBeLessThanOrEqual(deaths)
          for (const death of next.deaths) expect(death.at).toBeGreaterThan(event.at - hour)
          history = next
        }
      }),
    )
  })

  it('changes nothing when a status read or a start comes twice', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 20 }), anyEvent, (events, last) => {
        fc.pre(last.is !== 'exit')
        // The first may make a run stable, as time has passed.
        const once = fold(fold(all(events), last), last)
        expect(fold(once, last)).toEqual(once)
      }),
    )
  })
})
