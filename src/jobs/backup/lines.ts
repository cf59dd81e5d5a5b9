import { addressOf } from '../../backup/postgres/address.ts'
import { shownAddress } from '../../backup/restic/address.ts'
import type { BackupConfig, BackupSource, KeepConfig } from '../../config/types.ts'
import { keepRules } from '../../core/backup/keep.ts'
import type { BackupMemory } from './memory.ts'

function sourceLine(source: BackupSource): string {
  if (source.kind === 'sqlite') return `copy ${source.path}, and check the copy`
  if (source.kind === 'paths') return `read ${source.paths.join(', ')}`
  if (source.kind === 'self') return "copy the bot's own database and config"
  return `pg_dump of ${addressOf(source.url)['dbname']}, read through once`
}

/** `the last 5, 7 daily`. */
export const keepWords = (keep: KeepConfig): string =>
  keepRules
    .flatMap((rule) => {
      const count = keep[rule]
      if (count === undefined) return []
      return [rule === 'last' ? `the last ${count}` : `${count} ${rule}`]
    })
    .join(', ')

/** Exactly what a backup does. */
export function stepLines(
  { source, repository, keep }: Pick<BackupConfig, 'source' | 'repository' | 'keep'>,
  { stop, until, keeps }: Pick<BackupMemory, 'stop' | 'until' | 'keeps'>,
): readonly string[] {
  const start = stop === null ? [] : [`start ${stop}`]
  return [
    ...(stop === null ? [] : [`stop ${stop}`]),
    sourceLine(source),
    ...(until === 'stage' ? start : []),
    `restic backup to ${shownAddress(repository)}`,
    ...(until === 'upload' ? start : []),
    'look whether the snapshot is whole',
    ...(keeps && keep !== null ? [`remove older snapshots, keep ${keepWords(keep)}`] : []),
  ]
}
