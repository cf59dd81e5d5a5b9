import type { BackupConfig } from '../config/types.ts'
import { OperatorError } from '../contract/error.ts'
import { filesSource } from './files/source.ts'
import { postgresSource } from './postgres/source.ts'
import type { Source } from './source.ts'
import { sqliteSource } from './sqlite/source.ts'

/**
 * The source of a backup.
 *
 * @param now epoch milliseconds
 * @param self the bot's own state, where that can be reached
 * @throws OperatorError where it cannot, and is asked for
 */
export function sourceOf(
  { name, source }: Pick<BackupConfig, 'name' | 'source'>,
  now: () => number = Date.now,
  self?: Source,
): Source {
  if (source.kind === 'postgres') return postgresSource(source.url, now)
  if (source.kind === 'sqlite') return sqliteSource(source.path)
  if (source.kind === 'paths') return filesSource(source.paths, now)
  if (self !== undefined) return self
  throw new OperatorError(`the backup ${name} can be taken by the running bot alone`)
}
