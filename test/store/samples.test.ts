import { statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Aggregate } from '../../src/core/samples/fold.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { refuseWrites } from '../support/database.ts'
import { tempHome } from '../support/home.ts'
import { tries } from '../support/runs.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const begin = Date.UTC(2026, 0, 1)
const name = (metric: string) => ({ target: 'disk@main', subject: '/', metric })
const cpu = name('cpu')

/** Samples of a series, written once a minute. */
function fill(store: Store, from: number, ms: number, every = minute, value = Math.sin): void {
  for (let at = from; at < from + ms; at += every) {
    store.samples.record(cpu, at, value(at))
    const next = at + every
    if (next % minute === 0) store.samples.write(at, minute)
  }
}

function open(home: string, room?: number): Store {
  const store = openStore(home, room)
  onTestFinished(() => store.close())
  return store
}

const all = (store: Store, of = cpu, from = 0, to = 1e13): Aggregate | undefined =>
  store.samples.read(of, from, to, 1)[0]

/** How many rows there are of each tier. */
function rows(home: string): Record<string, number> {
  const db = new Database(join(home, 'mechanic.db'), { readonly: true })
  const found = db
    .prepare<[], { tier: number; n: number }>('SELECT tier, count(*) n FROM samples GROUP BY tier')
    .all()
  const tail = db.prepare<[], { n: number }>('SELECT count(*) n FROM samples_tail').get()
  db.close()
  return { tail: tail?.n ?? 0, ...Object.fromEntries(found.map(({ tier, n }) => [tier, n])) }
}

test('reads what was recorded, before and after it was written', () => {
  const store = open(tempHome())
  store.samples.record(cpu, begin, 1)
  store.samples.record(cpu, begin + 1, 3)
  const expected = [{ at: begin, min: 1, max: 3, mean: 2, count: 2 }]
  expect(store.samples.read(cpu, begin, begin + hour, 10)).toEqual(expected)
  store.samples.write(begin + 1, 0)
  expect(store.samples.read(cpu, begin, begin + hour, 10)).toEqual(expected)
  expect(store.samples.read(cpu, begin + 1, begin + hour, 10)).toHaveLength(1)
  expect(store.samples.read(name('other'), begin, begin + hour, 10)).toEqual([])
})

test('leaves out what is no finite number', () => {
  const store = open(tempHome())
  for (const value of [NaN, Infinity, -Infinity, 1e300]) store.samples.record(cpu, begin, value)
  expect(store.samples.waiting()).toBe(0)
})

test('keeps two days raw, then minutes, then hours, then nothing', () => {
  const home = tempHome()
  const store = open(home)
  fill(store, begin, 4 * day, 20 * second, () => 7)
  const now = begin + 4 * day
  expect(all(store)?.count).toBe(4 * 4320)
  const parts = (from: number, ms: number) =>
    store.samples.read(cpu, from, from + ms, ms / second).map(({ count }) => count)
  expect(parts(now - 47 * hour, hour)).toEqual(Array(180).fill(1))
  expect(parts(begin, hour)).toEqual(Array(60).fill(3))
  const later = begin + 50 * day
  for (let hours = 0; hours < 200; hours++) store.samples.write(later, day)
  expect(parts(begin, 4 * hour)).toEqual(Array(4).fill(180))
  expect(all(store)?.count).toBe(4 * 4320)
  for (let times = 0; times < 200; times++) store.samples.write(begin + 600 * day, day)
  expect(all(store)).toBeUndefined()
  expect(rows(home)).toEqual({ tail: 0 })
})

test('roll-ups and the tail say the same as the samples, through kills at any point', () => {
  const event = fc.record({
    step: fc.integer({ min: 0, max: 3 * hour }),
    // Half a year either way: of what is a year old nothing is kept.
    jump: fc.option(fc.integer({ min: -180 * day, max: 180 * day }), { freq: 2 }),
    series: fc.integer({ min: 0, max: 2 }),
    value: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    burst: fc.integer({ min: 1, max: 80 }),
    end: fc.constantFrom('write', 'write', 'kill', 'kill between', 'close'),
  })
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 30 }), (events) => {
      const home = tempHome()
      const direct = new Map<number, number[]>()
      let store = openStore(home)
      let now = begin
      for (const { step, jump, series, value, burst, end } of events) {
        now = jump === null ? now + step : begin + jump
        for (let n = 0; n < burst; n++) {
          store.samples.record(name(String(series)), now + n * 7, value + n)
          direct.set(series, [...(direct.get(series) ?? []), value + n])
        }
        if (end === 'kill between') {
          const accept = refuseWrites(/INTO samples |FROM samples /)
          try {
            store.samples.write(now, day)
          } catch {
            // The first of its two transactions has been committed.
          }
          accept()
        } else store.samples.write(now, day)
        if (end === 'write') continue
        store.close()
        store = openStore(home)
      }
      for (let times = 0; times < 20; times++) store.samples.write(now, day)
      for (const [series, values] of direct) {
        const seen = store.samples.read(name(String(series)), -1e13, 1e14, 1)[0]
        expect(seen?.count).toBe(values.length)
        expect(seen?.min).toBeCloseTo(Math.min(...values), 0)
        expect(seen?.max).toBeCloseTo(Math.max(...values), 0)
        const mean = values.reduce((a, b) => a + b, 0) / values.length
        expect(seen?.mean).toBeCloseTo(mean, 0)
      }
      store.close()
    }),
    tries(8),
  )
})

test('a clock far ahead for an hour ages nothing', () => {
  const home = tempHome()
  const store = open(home)
  fill(store, begin, 12 * hour)
  const before = store.samples.read(cpu, begin, begin + 12 * hour, 720)
  fill(store, begin + 3_000 * day, hour)
  fill(store, begin + 13 * hour, hour)
  expect(store.samples.read(cpu, begin, begin + 12 * hour, 720)).toEqual(before)
  expect(all(store)?.count).toBe(14 * 60)
})

describe('a database that takes nothing', () => {
  test('loses the oldest samples only when there are too many, and stores the rest later', () => {
    const store = open(tempHome())
    const accept = refuseWrites(/samples_tail/)
    for (let n = 0; n < 120_000; n++) store.samples.record(cpu, begin + n, n)
    expect(() => store.samples.write(begin, 0)).toThrow('full')
    expect(store.samples.waiting()).toBeLessThanOrEqual(50_000)
    accept()
    store.samples.write(begin, 0)
    expect(store.samples.waiting()).toBe(0)
    expect(all(store)?.max).toBe(119_999)
  })

  test('changes nothing in memory by a write that failed half way', () => {
    const home = tempHome()
    const store = open(home)
    fill(store, begin, 59 * minute)
    const accept = refuseWrites(/INTO samples /)
    expect(() => fill(store, begin + 59 * minute, minute)).toThrow('full')
    accept()
    fill(store, begin + 60 * minute, hour)
    expect(all(store)?.count).toBe(120)
    store.close()
    expect(all(open(home))?.count).toBe(120)
  })
})

test('stays within its room: the oldest and finest become hours, then go', () => {
  const home = tempHome()
  const room = 1024 * 1024
  const store = open(home, room)
  const names = Array.from({ length: 400 }, (_, n) => name(`m${n}`))
  const size = () => statSync(join(home, 'mechanic.db')).size
  for (let at = begin; at < begin + 12 * hour; at += minute) {
    for (const one of names) store.samples.record(one, at, Math.random())
    store.samples.write(at, minute)
  }
  for (let times = 0; times < 20; times++) store.samples.write(begin + 12 * hour, second)
  // Half of the samples would take 1.6 MB raw.
  expect(size()).toBeLessThan(2 * room)
  expect(rows(home)[2]).toBeGreaterThan(0)
  const first = store.samples.read(name('m7'), begin, begin + hour, 60)
  expect(first).toMatchObject([{ at: begin, count: 60 }])
  expect(all(store, name('m7'))?.count).toBe(720)
})

test('seals a thousand series that fill at once a few at a time', () => {
  const home = tempHome()
  const store = open(home)
  const names = Array.from({ length: 1_000 }, (_, n) => name(`m${n}`))
  for (let at = begin; at < begin + 3 * hour; at += minute) {
    for (const one of names) store.samples.record(one, at, at % 97)
    store.samples.write(at, minute)
  }
  const { tail = 0 } = rows(home)
  // The tail follows the heads.
  expect(tail).toBeLessThan(100)
  expect(all(store, name('m999'))?.count).toBe(180)
})
