import { hostname } from 'node:os'
import { mayUnlock } from '../../core/backup/locks.ts'
import type { Restic } from '../restic/restic.ts'
import type { Tool } from '../tool.ts'

/**
 * Removes the lock that a restic of ours has left which was killed since; nobody else's.
 *
 * @param since epoch milliseconds of when the job began
 */
export async function removeOwnLock(
  restic: Restic,
  { host }: Tool,
  since: number,
  now: number,
): Promise<boolean> {
  const locks = await restic.locks()
  if (locks.length === 0) return false
  const all = await host.processes()
  const alive = new Set(all.filter(({ name }) => name === 'restic').map(({ pid }) => pid))
  const ours = mayUnlock(locks, { hostname: hostname(), now, since, alive })
  if (ours) await restic.unlock()
  return ours
}
