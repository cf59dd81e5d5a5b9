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
}
