import { ageBy, type HistoryTime } from '../core/samples/age.ts'
import { packTail, type Sample, unpackTail } from '../core/samples/chunk.ts'
import { type Aggregate, createFold, type Take } from '../core/samples/fold.ts'
import { chunkEntries, largest, tiers } from '../core/samples/tiers.ts'
import { type Db, unhurried } from './open.ts'
import { agingOf } from './sample-aging.ts'
import { chunkStore } from './sample-chunks.ts'
import { createHeads, type Head, type SeriesName } from './sample-heads.ts'
import type { metaStore } from './state.ts'

interface Waiting {
  readonly head: Head
  readonly at: number
  readonly value: number
}

/** Bytes that the database may use before samples make room. */
const ceiling = 512 * 1024 * 1024
/** Samples that wait while the database takes none: then the oldest go. */
const mostWaiting = 50_000
/** What one write seals at least, and how many steps of aging it makes: some milliseconds. */
const sealsPerWrite = 64
const stepsPerWrite = 40

const asEntry = ({ at, value }: Omit<Sample, 'series'>): Aggregate => ({
  at,
  min: value,
  max: value,
  mean: value,
  count: 1,
})

/** Series by name and number. */
function seriesOf(db: Db) {
  const insert = db.prepare<[SeriesName], { id: number }>(
    `INSERT INTO series (target, subject, metric, sealed)
     VALUES (@target, @subject, @metric, 0) RETURNING id`,
  )
  const find = db.prepare<[SeriesName], { id: number }>(
    'SELECT id FROM series WHERE target = @target AND subject = @subject AND metric = @metric',
  )
  const get = db.prepare<[number], SeriesName & { sealed: number }>(
    'SELECT target, subject, metric, sealed FROM series WHERE id = ?',
  )
  const byName = (name: SeriesName): number | undefined => find.get(name)?.id
  const seal = db.prepare<[number, number]>('UPDATE series SET sealed = ? WHERE id = ?')
  return {
    find: byName,
    get: (id: number) => get.get(id),
    idOf: (name: SeriesName): number => byName(name) ?? insert.get(name)?.id ?? 0,
    seal: (id: number, row: number): void => void seal.run(row, id),
  }
}

/** The rows of the tail, one a write. */
function tailOf(db: Db) {
  const append = db.prepare<[Uint8Array]>('INSERT INTO samples_tail (data) VALUES (?)')
  const trim = db.prepare<[number]>('DELETE FROM samples_tail WHERE id < ?')
  const all = db.prepare<[], { id: number; data: Uint8Array }>(
    'SELECT id, data FROM samples_tail ORDER BY id',
  )
  return {
    append: (samples: readonly Sample[]): number =>
      Number(append.run(packTail(samples)).lastInsertRowid),
    trim: (before: number): void => void trim.run(before),
    all: () => all.iterate(),
  }
}

export type Samples = ReturnType<typeof sampleStore>

/**
 * The history of every number: as it was for two days, by minutes for a month, by hours for a year.
 *
 * What comes in waits in memory until `write` puts it all into one row of the tail. Of the tail each
 * series fills chunks of its own, and `sealed` says up to which row it did: what a write has stored
 * is neither lost nor doubled by a crash, at whatever point.
 *
 * @param limit bytes that the database may use; then the oldest and finest samples make room
 */
export function sampleStore(db: Db, meta: ReturnType<typeof metaStore>, limit = ceiling) {
  const chunks = chunkStore(db)
  const aging = agingOf(db, chunks, limit)
  const series = seriesOf(db)
  const tail = tailOf(db)
  const heads = createHeads()
  let waiting: Waiting[] = []
  let newest = 0
  let time: HistoryTime | null = null

  const keep = (head: Head, row: number, sample: Omit<Sample, 'series'>): void => {
    if (head.samples.length === 0) head.since = row
    head.samples.push(sample)
  }
  /** What a run of the program before this one left in the tail. */
  const restore = (): void => {
    const known = new Map<number, { readonly head: Head; readonly sealed: number } | null>()
    const lookUp = (id: number) => {
      const row = series.get(id)
      const head = row && heads.of({ target: row.target, subject: row.subject, metric: row.metric })
      if (!head) return null
      head.id = id
      return { head, sealed: row.sealed }
    }
    for (const { id, data } of tail.all()) {
      newest = id
      for (const { series: of, at, value } of unpackTail(data)) {
        const found = known.get(of) ?? lookUp(of)
        known.set(of, found)
        if (found && id > found.sealed) keep(found.head, id, { at, value })
      }
    }
  }

  /** Into the tail: from here on, a crash does not lose it. */
  const append = (): void => {
    if (waiting.length === 0) return
    const ids = new Map<Head, number>()
    const row = db.transaction(() => {
      for (const { head } of waiting)
        if (!ids.has(head)) ids.set(head, head.id ?? series.idOf(head.name))
      if (time) meta.set('history-at', time.at)
      if (time) meta.set('history-ahead', time.ahead)
      return tail.append(
        waiting.map(({ head, at, value }) => ({ series: ids.get(head) ?? 0, at, value })),
      )
    })()
    newest = row
    for (const [head, id] of ids) head.id = id
    for (const { head, at, value } of waiting) keep(head, row, { at, value })
    waiting = []
  }
  /** Out of the tail into chunks, and on to coarser ones. */
  const settle = (now: number, seals: number): void => {
    const due = heads.due(newest, seals)
    db.transaction(() => {
      for (const { id, samples } of due) {
        if (id === null) continue
        chunks.add(id, tiers[0], samples.map(asEntry))
        series.seal(id, newest)
      }
      if (due.length > 0) tail.trim(heads.firstNeeded(due, newest))
      for (let step = 0; step < stepsPerWrite; step++) {
        const over = aging.step(now)
        if (over === undefined) break
        if (over !== null && !heads.uses(over)) aging.forget(over)
      }
    })()
    heads.sealed(due, newest)
  }

  restore()
  return {
    /** Takes one number in; it is stored with the next write. What is no finite number is left out. */
    record(name: SeriesName, at: number, value: number): void {
      if (!(Math.abs(value) <= largest)) return
      const head = heads.of(name)
      if (!head) return
      if (waiting.length >= mostWaiting) waiting = waiting.slice(mostWaiting / 10)
      waiting.push({ head, at, value })
    },
    /** How many wait for the next write. */
    waiting: (): number => waiting.length,
    /**
     * Stores what waits, and lets older samples age by a bounded step.
     *
     * @param now epoch milliseconds
     * @param passed milliseconds since the write before, by a clock that does not jump
     */
    write(now: number, passed: number): void {
      time = ageBy(time ?? storedTime(meta) ?? { at: now, ahead: 0 }, now, passed)
      // Twice what comes in on average: it never piles up.
      const seals = Math.max(sealsPerWrite, Math.ceil(waiting.length / (chunkEntries / 2)))
      const horizon = Math.min(now, time.at)
      unhurried(db, () => {
        append()
        settle(horizon, seals)
      })
    },
    /**
     * A series over a stretch of time, in at most `points` equal parts; those without a sample are
     * left out.
     */
    read(name: SeriesName, from: number, to: number, points: number): readonly Aggregate[] {
      const fold = createFold((to - from) / points, from)
      const take: Take = (at, ...rest) => {
        if (at >= from && at < to) fold.add(at, ...rest)
      }
      const head = heads.find(name)
      const id = head?.id ?? series.find(name)
      if (id !== undefined) chunks.each(id, from, to, take)
      const recent = waiting.filter((one) => one.head === head)
      for (const { at, value } of [...(head?.samples ?? []), ...recent])
        take(at, value, value, value, 1)
      return fold.all()
    },
  }
}

const storedTime = (meta: ReturnType<typeof metaStore>): HistoryTime | null => {
  const at = meta.number('history-at')
  return at === null ? null : { at, ahead: meta.number('history-ahead') ?? 0 }
}
