import type { BackupConfig, Config } from '../../config/types.ts'
import { OperatorError } from '../../contract/error.ts'

/** The backup of that name. @throws OperatorError when none is configured (any more) */
export function backupNamed({ backups }: Pick<Config, 'backups'>, name: string): BackupConfig {
  const found = backups.find((one) => one.name === name)
  if (found) return found
  throw new OperatorError(`there is no backup ${name}`, 'See what is under backups in the config.')
}
