import type { Db } from './open.ts'

const day = 86_400_000
/** Long enough for a year's report and the quarter before it. */
const keepHistory = 400 * day
/** What jobs have put out is large, and read soon or never: so many of them keep it, for so long. */
const keepOutputs = 30 * day
const mostOutputs = 50
/** Telegram lets no bot edit a message for ever, and nobody presses a button this old. */
const keepMessages = 90 * day

/** Forgets what is too old to matter, so that the database does not grow for ever. */
export function pruner(db: Db): (now: number) => void {
  const history = [
    'DELETE FROM events WHERE at < ?',
    'DELETE FROM audit WHERE at < ?',
    'DELETE FROM pushes WHERE at < ?',
    'DELETE FROM attempts WHERE ended_at < ?',
    'DELETE FROM incidents WHERE ended_at < ?',
    'DELETE FROM job_steps WHERE job IN (SELECT id FROM jobs WHERE ended_at < ?)',
    'DELETE FROM jobs WHERE ended_at < ?',
    `DELETE FROM releases WHERE at < ? AND state = 'gone'`,
  ].map((sql) => db.prepare<[number]>(sql))
  const messages = db.prepare<[number]>(
    `DELETE FROM notices WHERE at < ?
     AND id NOT IN (SELECT notice FROM outbox)
     AND id NOT IN (SELECT notice FROM jobs WHERE ended_at IS NULL AND notice IS NOT NULL)
     AND id NOT IN (SELECT notice FROM incidents WHERE ended_at IS NULL AND notice IS NOT NULL)`,
  )
  const outputs = db.prepare<[number, number]>(
    `UPDATE job_steps SET output = '' WHERE output <> '' AND job IN
       (SELECT id FROM jobs WHERE ended_at < ?
        UNION SELECT * FROM (SELECT id FROM jobs WHERE ended_at IS NOT NULL
          ORDER BY ended_at DESC, id DESC LIMIT -1 OFFSET ?))`,
  )
  return (now) => {
    for (const statement of history) statement.run(now - keepHistory)
    outputs.run(now - keepOutputs, mostOutputs)
    messages.run(now - keepMessages)
  }
}
