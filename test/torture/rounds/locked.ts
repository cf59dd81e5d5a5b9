import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import type { Kind } from '../round.ts'
import { anyActs, perform, saysOf } from '../trouble.ts'

/** Another process holds the database for longer than the bot waits for it (5 s). */
export const locked: Kind = (dice) => {
  const ms = 5_500 + dice.below(5_000)
  const acts = anyActs(dice, 4_000)
  return {
    says: `database locked for ${ms} ms (${saysOf(acts)})`,
    async run(arena) {
      arena.start()
      await arena.standin.waitForPoll(30_000)
      const db = new Database(join(arena.home, 'mechanic.db'), { timeout: 5_000 })
      try {
        db.exec('BEGIN EXCLUSIVE')
        await Promise.all([perform(arena, acts), sleep(ms)])
        db.exec('ROLLBACK')
      } finally {
        db.close()
      }
      const end = arena.bot.ended()
      return end === null ? [] : [`a locked database ended it: ${end}`]
    },
  }
}
