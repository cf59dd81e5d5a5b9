import type { Db } from './open.ts'

/** Times of what happened, by table. A limit, a pause or a question lasts for its length from then on. */
const happened: Readonly<Record<string, readonly string[]>> = {
  attempts: ['started_at', 'acted_at', 'ended_at'],
  confirmations: ['at'],
  exhaustions: ['at'],
  incidents: ['opened_at', 'ended_at', 'told_at', 'acknowledged_at', 'reminded_at'],
  jobs: ['started_at', 'ended_at'],
  job_steps: ['begun_at', 'ended_at'],
  notices: ['at', 'sent_at'],
  pushes: ['at'],
  releases: ['at', 'live_since'],
}

const names = ['summary-from', 'quiet-since', 'alive-at']

/**
 * Makes the function that follows a wall clock which was set back: nothing can have happened later
 * than now. What the records say so of is moved back with the clock, in its order, so that no pause,
 * limit, silence or question lasts longer than its own length, and no message waits for the old time.
 */
export function backSetter(db: Db): (now: number, by: number) => void {
  const times = Object.entries(happened).flatMap(([table, columns]) =>
    columns.map((column) =>
      db.prepare<{ now: number; by: number }>(
        `UPDATE ${table} SET ${column} = min(@now, ${column} - @by) WHERE ${column} > @now`,
      ),
    ),
  )
  const more = [
    `UPDATE silences SET until = until - (at - @now), at = @now WHERE at > @now`,
    // It was put off by the old time: an early try does no harm.
    `UPDATE outbox SET not_before = @now WHERE not_before > @now AND tries > 0`,
    `UPDATE outbox SET at = at - @by, not_before = max(0, not_before - @by) WHERE at > @now`,
    `UPDATE meta SET value = CAST(min(@now, CAST(value AS INTEGER) - @by) AS INTEGER)
     WHERE name IN (${names.map((name) => `'${name}'`).join()}) AND CAST(value AS INTEGER) > @now`,
  ].map((sql) => db.prepare<{ now: number; by: number }>(sql))
  return (now, by) =>
    db.transaction(() => [...times, ...more].forEach((statement) => statement.run({ now, by })))()
}
