import type { Db } from './open.ts'

const day = 86_400_000
/** Long enough for a year's report and the quarter before it. */
const keepHistory = 400 * day
/** Telegram lets no bot edit a message for ever, and nobody presses a button this old. */
const keepMessages = 90 * day

/** Forgets what is too old to matter, so that the database does not grow for ever. */
export function pruner(db: Db): (now: number) => void {
  const history = [
    'DELETE FROM events WHERE at < ?',
    'DELETE FROM audit WHERE at < ?',
    'DELETE FROM attempts WHERE ended_at < ?',
    'DELETE FROM incidents WHERE ended_at < ?',
  ].map((sql) => db.prepare<[number]>(sql))
  const messages = db.prepare<[number]>(
    `DELETE FROM notices WHERE at < ?
     AND id NOT IN (SELECT notice FROM outbox)
     AND id NOT IN (SELECT notice FROM incidents WHERE ended_at IS NULL AND notice IS NOT NULL)`,
  )
  return (now) => {
    for (const statement of history) statement.run(now - keepHistory)
    messages.run(now - keepMessages)
  }
}

/**
 * The clock was set back: what was written for a time that has not come yet counts from now. A cool-down,
 * a limit or a silence is prolonged by its own length at most, and no message waits for a wrong clock.
 * The event log and the audit stay as they were written.
 */
export function rewinder(db: Db): (now: number) => void {
  const statements = [
    'UPDATE exhaustions SET at = @now WHERE at > @now',
    `UPDATE attempts SET started_at = min(started_at, @now), acted_at = min(acted_at, @now),
     ended_at = min(ended_at, @now) WHERE started_at > @now OR ended_at > @now`,
    'UPDATE silences SET until = until - (at - @now), at = @now WHERE at > @now',
    'UPDATE confirmations SET at = @now WHERE at > @now',
    'UPDATE incidents SET reminded_at = @now WHERE reminded_at > @now',
    'UPDATE outbox SET not_before = @now WHERE not_before > @now',
  ].map((sql) => db.prepare<{ now: number }>(sql))
  return (now) => {
    for (const statement of statements) statement.run({ now })
  }
}
