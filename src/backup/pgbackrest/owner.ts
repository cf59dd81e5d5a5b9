import { stat } from 'node:fs/promises'
import type { Tool } from '../tool.ts'
import type { Cluster } from './config.ts'

/** What stands before a command so that it runs as whom a server's files belong to. */
export type As = readonly string[]

const asUser = (user: string, group: string): As => [
  'setpriv',
  `--reuid=${user}`,
  `--regid=${group}`,
  '--init-groups',
  '--',
]

/**
 * PostgreSQL does not run as root, and its files are its user's: whom the live data belongs to, or where
 * there is none any more, the user that packages make. A bot that is not root does all as itself.
 */
export async function ownerOf({ path }: Pick<Cluster, 'path'>, { host }: Tool): Promise<As> {
  if (!host.local || process.getuid?.() !== 0) return []
  const stats = await stat(path).catch(() => null)
  if (stats === null) return asUser('postgres', 'postgres')
  return stats.uid === 0 ? [] : asUser(String(stats.uid), String(stats.gid))
}
