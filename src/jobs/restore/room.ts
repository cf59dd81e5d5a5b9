import { existingAbove } from '../../backup/restore/files.ts'
import { sharesOf } from '../../core/restore/shares.ts'
import type { Need } from '../backup/scratch.ts'
import type { RestoreMemory } from './memory.ts'
import type { Reach, RestoreContext } from './reach.ts'

/** Whether all of these directories lie on one file system. */
async function isOneDisk(directories: readonly string[], { tool }: Reach): Promise<boolean> {
  const disks = await Promise.all(
    [...new Set(directories)].map((directory) => tool.host.disk(directory)),
  )
  return new Set(disks.map(({ mount }) => mount)).size < 2
}

/**
 * What a restore writes, and where to: each disk that data comes back to gets its share.
 *
 * @param places the files and directories that are going to be replaced, if any are
 * @param bytes of all that is restored
 */
export async function needsOf(
  { to, backup, kind, snapshot }: RestoreMemory,
  { places, bytes }: { readonly places: readonly string[]; readonly bytes: number },
  reach: Reach,
  context: Pick<RestoreContext, 'restored'>,
): Promise<readonly Need[]> {
  if (kind === 'postgres') return [{ path: await existingAbove(reach.scratch), bytes }]
  if (to === 'side') return [{ path: await existingAbove(context.restored(backup)), bytes }]
  const above = await Promise.all(places.map(existingAbove))
  const [first] = above
  if (first === undefined || snapshot === null) return []
  if (await isOneDisk(above, reach)) return [{ path: first, bytes }]
  const shares = sharesOf(places, await reach.restic.entries(snapshot), bytes)
  return above.map((path, index) => ({ path, bytes: shares[index] ?? 0 }))
}
