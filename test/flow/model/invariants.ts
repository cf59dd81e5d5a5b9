import { expect } from 'vitest'
import { type Act, hour, type Life, limits } from './life.ts'
import { type AttemptRow, type EventRow, onDisk, type OnDisk } from './record.ts'

const openKeys = ({ incidents }: OnDisk): readonly string[] =>
  incidents.filter(({ ended_at }) => ended_at === null).map(({ key }) => key)

/** Every step that was written down was made once: none of them again after a crash. */
function actsMatch({ acts }: Life, { attempts }: OnDisk): void {
  const made = attempts.filter(({ steps }) => steps !== '[]')
  expect(acts.length).toBe(made.length)
  const tokens = made.flatMap(({ token }) => token ?? [])
  expect(new Set(tokens).size).toBe(tokens.length)
  pacedBy(acts, made)
}

/** Attempts, cool-downs and the limit of an hour, by the time that really passed. */
function pacedBy(acts: readonly Act[], made: readonly AttemptRow[]): void {
  const own = made
    .map((row, i) => ({ row, at: acts[i]?.at ?? 0 }))
    .filter(({ row }) => row.actor === null)
  for (const fix of new Set(own.map(({ row }) => row.fix))) {
    if (fix !== 'sweep') continue
    const times = own.filter(({ row }) => row.fix === fix).map(({ at }) => at)
    times.forEach((at, i) => {
      const before = times[i - limits.perHour]
      if (before !== undefined) expect(at - before).toBeGreaterThanOrEqual(hour)
    })
  }
  for (const [, rows] of Map.groupBy(own, ({ row }) => `${row.incident} ${row.target}`))
    rows.forEach(({ row, at }, i) => {
      const before = rows[i - 1]
      if (row.fix !== 'sweep') return
      expect(row.number).toBeLessThanOrEqual(limits.attempts)
      if (before?.row.number !== limits.attempts) return
      expect(row.number).toBe(1)
      expect(at - before.at).toBeGreaterThanOrEqual(limits.cooldown)
    })
}

function tellingsMatch({ silenced, seen }: Life, { events, incidents }: OnDisk): void {
  for (const event of events.slice(seen)) {
    if (event.kind !== 'telling-yes') continue
    const check = incidents.find(({ id }) => id === event.incident)?.check_name
    const covered = silenced.filter((one) => one.check === check)
    for (const { from, until } of covered)
      expect(event.at >= from && event.at < until, `${check} was told while silenced`).toBe(false)
  }
}

/** What must be so at any time. */
export function holds(life: Life): void {
  const disk = onDisk(life.world)
  expect(life.wrongs).toEqual([])
  if (!life.full) expect(life.world.faults).toEqual([])
  const open = openKeys(disk)
  expect(new Set(open).size).toBe(open.length)
  for (const { told, notice } of disk.incidents) expect(told === 'yes').toBe(notice !== null)
  for (const [notice, times] of life.arrived)
    expect(times).toBeLessThanOrEqual(1 + (life.lost.get(notice) ?? 0))
  const messages = disk.notices.flatMap(({ message }) => message ?? [])
  expect(new Set(messages).size).toBe(messages.length)
  actsMatch(life, disk)
  tellingsMatch(life, disk)
  life.seen = disk.events.length
}

const detailOf = ({ detail }: EventRow): Readonly<Record<string, unknown>> =>
  JSON.parse(detail) as Record<string, unknown>

/** The log alone tells how everything stands: what was opened and ended, what was tried and how it went. */
export function logTells({ events, incidents, attempts }: OnDisk): void {
  const of = (kind: string): readonly (number | null)[] =>
    events.filter((event) => event.kind === kind).map(({ incident }) => incident)
  expect(of('incident-opened')).toEqual(incidents.map(({ id }) => id))
  const ended = incidents.filter(({ ended_at }) => ended_at !== null).map(({ id }) => id)
  expect(new Set(of('incident-ended'))).toEqual(new Set(ended))
  expect(of('incident-ended').length).toBe(ended.length)
  const tries = events.filter(({ kind }) => kind === 'fix-running').length
  expect(tries).toBe(attempts.length)
  for (const state of ['verified', 'failed', 'nothing-to-do'])
    expect(events.filter(({ kind }) => kind === `fix-${state}`).length).toBe(
      attempts.filter((one) => one.state === state).length,
    )
  for (const { incident, kind } of events.filter((event) => detailOf(event)['cause'] !== undefined))
    if (kind === 'incident-acknowledged')
      expect(incidents.find(({ id }) => id === incident)?.acknowledged_at).not.toBeNull()
}

/** What must be so when everything is well again and there was time to say so. */
export function calm(life: Life): void {
  const { world } = life
  holds(life)
  const disk = onDisk(world)
  expect(openKeys(disk)).toEqual([])
  expect(world.store.outbox.depth()).toEqual({ waiting: 0, oldest: null })
  expect(disk.claimed).toBe(0)
  const unfinished = disk.attempts.filter(
    ({ state }) => state === 'running' || state === 'verifying',
  )
  expect(unfinished).toEqual([])
  logTells(disk)
  for (const { state, id } of disk.notices)
    if (state === 'sent') expect(life.arrived.has(id)).toBe(true)
  const told = new Set(disk.incidents.map(({ notice }) => notice))
  for (const { id, kind, message } of disk.notices) {
    if (kind !== 'incident' || message === null || !told.has(id) || life.deleted.has(id)) continue
    const shown = world.chat.messages.find((one) => one.id === message)
    expect(shown?.text).toMatch(/^(?:✅|🕓|➖|⏹)/u)
  }
}
