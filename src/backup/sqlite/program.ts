/**
 * A program of its own: what takes long on a SQLite database is done in a child, never in the bot. Its
 * arguments are what is to be done and the paths it is done with; a question comes in by stdin. It writes
 * one line of JSON.
 */
import { readFileSync } from 'node:fs'
import { copyDatabase } from './program/copy.ts'
import { askDatabase, countTables, proveDatabase } from './program/look.ts'
import { reasonOf } from './program/reason.ts'

async function answer([verb = '', ...rest]: readonly string[]): Promise<unknown> {
  const [path = '', more = '', limit = ''] = rest
  switch (verb) {
    case 'copy':
      return copyDatabase(path, more, Number(limit))
    case 'prove':
      return proveDatabase(path)
    case 'count':
      return countTables(path, Number(more))
    case 'ask':
      return askDatabase(path, readFileSync(0, 'utf8'))
    default:
      throw new Error(`there is no ${verb}`)
  }
}

try {
  process.stdout.write(`${JSON.stringify({ ok: await answer(process.argv.slice(2)) })}\n`)
} catch (thrown) {
  process.stdout.write(`${JSON.stringify({ failed: reasonOf(thrown) })}\n`)
}
