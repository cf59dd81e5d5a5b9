import { statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { openStore } from '../../../src/store/store.ts'
import type { Row } from '../figures.ts'
import { place } from '../support/children.ts'

const minute = 60_000
const begin = Date.UTC(2026, 0, 1)
const wanted = 30 * 1_440
const nameOf = (n: number) => ({
  target: `check-${n}@main`,
  subject: '/srv/data',
  metric: 'latency',
})
/** A latency in milliseconds, to the digits that a probe sees. */
const value = (): number => 20 + Math.random() * 15

interface Layout {
  readonly size: number
  /** Milliseconds of one query. */
  query(): number
}

const timed = (run: () => number): number => {
  const from = performance.now()
  const points = run()
  const took = performance.now() - from
  if (points < 290) throw new Error(`the query gave ${points} points instead of 300`)
  return took
}

/** Samples as the bot stores them, aged until only the last two days are raw. */
function ours(series: number): Layout {
  const home = place()
  const store = openStore(home, 4 * 1024 ** 3)
  const end = begin + (wanted + 2 * 1_440) * minute
  for (let at = begin; at < end; at += minute) {
    for (let n = 0; n < series; n++) store.samples.record(nameOf(n), at, value())
    if (store.samples.waiting() >= 2_000) store.samples.write(at, minute)
  }
  for (let times = 0; times < 2 * series; times++) store.samples.write(end, minute)
  const from = end - wanted * minute
  const which = nameOf(series >> 1)
  const size = statSync(join(home, 'mechanic.db')).size / (wanted + 2 * 1_440) / series
  return { size, query: () => timed(() => store.samples.read(which, from, end, 300).length) }
}

const average = 'count(*), avg(value), min(value), max(value)'

/** One row a sample, in a table of its own; integer keys, or names and a rowid. */
function rows(series: number, plain: boolean): Layout {
  const file = join(place(), 'rows.db')
  const db = new Database(file)
  db.pragma('journal_mode = WAL')
  db.exec(
    plain
      ? `CREATE TABLE samples (series TEXT, at TEXT, value REAL); CREATE INDEX by_series ON samples (series, at)`
      : 'CREATE TABLE samples (series INTEGER, at INTEGER, value REAL, PRIMARY KEY (series, at)) WITHOUT ROWID',
  )
  const insert = db.prepare('INSERT INTO samples VALUES (?, ?, ?)')
  const { target, subject, metric } = nameOf(series >> 1)
  const key = (n: number) => (plain ? `${target}${subject}${metric}${n}` : n)
  const time = (at: number) => (plain ? new Date(begin + at * minute).toISOString() : at)
  for (let n = 0; n < series; n++)
    db.transaction(() => {
      for (let at = 0; at < wanted; at++) insert.run(key(n), time(at), value())
    })()
  db.pragma('wal_checkpoint(TRUNCATE)')
  const slot = plain ? `CAST(unixepoch(at) / 8640 AS INTEGER)` : 'at / 144'
  const select = db.prepare(
    `SELECT ${slot} AS slot, ${average} FROM samples WHERE series = ? AND at >= ? GROUP BY slot`,
  )
  const from = time(0)
  const which = key(series >> 1)
  return {
    size: statSync(file).size / wanted / series,
    query: () => timed(() => select.all(which, from).length),
  }
}

/** 30 days of one series, and what a sample takes on disk. */
export const history: Row = {
  name: 'history',
  async measure({ quick }) {
    const series = quick ? 10 : 100
    const layouts = [ours(series), rows(series, false), rows(quick ? 10 : 20, true)]
    const times = layouts.map((): number[] => [])
    for (let run = 0; run < 11; run++)
      for (const [at, layout] of layouts.entries()) times[at]?.push(layout.query())
    const [own = [], keyed = [], plain = []] = times
    const names = [
      'a row a sample, integer keys, WITHOUT ROWID, sorted',
      'the plain layout: names, ISO times, an index',
    ]
    const floors = (values: readonly (readonly number[])[]) =>
      names.map((name, at) => ({ name, values: values[at] ?? [] }))
    return [
      {
        what: `30 days of one series out of ${series} at 1 min, as 300 points`,
        unit: 'ms',
        ours: own,
        floors: floors([keyed, plain]),
        target: { atMost: 15 },
      },
      {
        what: 'a sample on disk: minimum, maximum, mean and count where there are several',
        unit: 'bytes',
        ours: layouts.slice(0, 1).map(({ size }) => size),
        floors: floors(layouts.slice(1).map(({ size }) => [size])),
        target: { atMost: 20 },
      },
    ]
  },
}
