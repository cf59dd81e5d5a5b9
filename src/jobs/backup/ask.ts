import type { About } from '../../contract/house.ts'
import { t, type Text } from '../../contract/message.ts'
import type { Asked, JobWorld } from '../../flow/jobs/kind.ts'
import { named } from '../deploy/ask.ts'
import { stepLines } from './lines.ts'
import { type BackupMemory, unknownYet } from './memory.ts'

/** How the last good one was, to compare. */
function factsOf(name: string, { backups }: JobWorld): readonly Text[] {
  const [last] = backups.good(name, 1)
  if (!last) return [t('backup-job-first')]
  const size = { value: last.bytes ?? 0, unit: 'bytes' } as const
  const at = { time: last.at ?? last.endedAt, style: 'relative' } as const
  return [t('backup-job-fact', { size, at })]
}

/**
 * What a backup would do, by the config alone: what can be found out is found out by its steps. About
 * `{ backup }`, and `for: 'safety'` before a restore.
 */
export async function askBackup(about: About, world: JobWorld): Promise<Asked<BackupMemory>> {
  const config = world.backup(named(about, 'backup'))
  const { name, source, keep, appendOnly } = config
  const stop = source.kind === 'postgres' || source.kind === 'self' ? null : (source.stop ?? null)
  const now = world.now()
  const safety = about['for'] === 'safety'
  const memory: BackupMemory = {
    ...unknownYet,
    backup: name,
    safety,
    since: now,
    began: now,
    stop,
    until: source.kind === 'paths' ? 'upload' : 'stage',
    keeps: keep !== null && !appendOnly && !safety,
  }
  return {
    about: { ...about, backup: name },
    memory,
    label: t('backup-job-label', { name }),
    facts: factsOf(name, world),
    steps: stepLines(config, memory),
    warnings: stop === null ? [] : [t('backup-job-warn-stop', { service: stop })],
  }
}
