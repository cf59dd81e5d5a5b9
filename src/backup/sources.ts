import type { BackupConfig } from '../config/types.ts'
import { filesSource } from './files/source.ts'
import { selfSource } from './self/source.ts'
import { postgresSource } from './postgres/source.ts'
import type { Source } from './source.ts'
import { sqliteSource } from './sqlite/source.ts'

/** The source of a backup. `now`: epoch milliseconds. */
export function sourceOf(
  { source }: Pick<BackupConfig, 'source'>,
  now: () => number = Date.now,
): Source {
<<<<<<< HEAD
  if (source.kind === 'postgres') return postgresSource(source.url, now)
  if (source.kind === 'sqlite') return sqliteSource(source.path)
  if (source.kind === 'paths') return filesSource(source.paths, now)
  if (self !== undefined) return self
  throw new OperatorError(`the backup ${name} can be taken by the running bot alone`)
=======
  switch (source.kind) {
    case 'postgres':
      return postgresSource(source.url, now)
    case 'sqlite':
      return sqliteSource(source.path)
    case 'paths':
      return filesSource(source.paths, now)
    case 'self':
      return selfSource(source)
  }
>>>>>>> 5fe5a8676a69a29dcd5cee79b14c716e2e7d96d6
}
