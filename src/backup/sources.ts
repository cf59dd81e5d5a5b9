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
  if (source.kind === 'postgres') return postgresSource(source.url, now)
  if (source.kind === 'sqlite') return sqliteSource(source.path)
  return source.kind === 'paths' ? filesSource(source.paths, now) : selfSource(source)
}
